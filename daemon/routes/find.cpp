#include "daemon/routes/find.h"

#include <algorithm>

#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {
namespace {

/// Whether the path fits the pattern; the pieces that stand for `{…}` go into `pieces`. One that
/// ends in `*}` takes all the rest.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& pieces) {
  pieces.clear();
  while (true) {
    std::size_t brace = pattern.find('{');
    if (brace == std::string_view::npos) return pattern == path;
    if (path.substr(0, brace) != pattern.substr(0, brace)) return false;
    path.remove_prefix(brace);
    bool takes_rest = pattern.ends_with("*}");
    pattern.remove_prefix(pattern.find('}') + 1);
    std::size_t end = takes_rest ? path.size() : std::min(path.find('/'), path.size());
    if (end == 0) return false;
    pieces.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
}

}  // namespace

std::variant<std::size_t, std::string> find_route(const http::Request& request,
                                                  std::vector<std::string>& pieces) {
  std::string allowed;
  for (std::size_t place = 0; place < table().size(); ++place) {
    const Route& route = table()[place];
    if (!matches(route.pattern, request.path, pieces)) continue;
    if (route.method == request.method) return place;
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return allowed;
}

}  // namespace jobledger::daemon::routes
