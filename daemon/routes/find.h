#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "daemon/http/message.h"

namespace jobledger::daemon::routes {

/// The route of the path and method, by its place in the table; else the methods that the path
/// takes, with commas between. What stands for `{…}` goes into `pieces`.
std::variant<std::size_t, std::string> find_route(const http::Request& request,
                                                  std::vector<std::string>& pieces);

}  // namespace jobledger::daemon::routes
