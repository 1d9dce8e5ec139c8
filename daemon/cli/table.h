#pragma once

#include <string>
#include <vector>

namespace jobledger::daemon::cli {

/// Rows as columns with two spaces between; the first row is the head.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace jobledger::daemon::cli
