#pragma once

#include <string>
#include <utility>
#include <vector>

namespace jobledger::daemon::cli {

/// `?name=value&…`, percent-encoded; parameters that are empty are left out.
std::string query_text(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace jobledger::daemon::cli
