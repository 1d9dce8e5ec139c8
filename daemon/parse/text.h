#pragma once

#include <algorithm>
#include <string_view>

namespace jobledger::daemon::parse {

inline constexpr std::string_view kSpace = " \t\r\n";

/// Without the white space (of ASCII) at both ends.
inline std::string_view trim(std::string_view text) {
  std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Calls `visit(item)` for each item of a comma-separated list, trimmed, empty ones left out.
template <typename Visit>
void each_of_csv(std::string_view csv, Visit visit) {
  for (std::size_t at = 0; at <= csv.size();) {
    std::size_t end = std::min(csv.find(',', at), csv.size());
    std::string_view item = trim(csv.substr(at, end - at));
    if (!item.empty()) visit(item);
    at = end + 1;
  }
}

}  // namespace jobledger::daemon::parse
