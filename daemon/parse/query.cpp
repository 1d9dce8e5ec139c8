#include "daemon/parse/query.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace jobledger::daemon::parse {
namespace {

constexpr std::uint32_t kUsualPage = 100;

}  // namespace

std::optional<std::string_view> Query::text(std::string_view name) const {
  for (auto at = parameters_.rbegin(); at != parameters_.rend(); ++at) {
    if (at->first != name) continue;
    std::string_view value = trim(at->second);
    return value.empty() ? std::nullopt : std::optional(value);
  }
  return std::nullopt;
}

void Query::wrong(std::string_view name, std::string message) const {
  Path root;
  problems_.add(Path(root, name), std::move(message));
}

std::optional<bool> Query::boolean(std::string_view name) const {
  auto value = text(name);
  if (!value) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  wrong(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::uint64_t> Query::whole(std::string_view name, std::uint64_t least,
                                          std::uint64_t most) const {
  auto value = text(name);
  if (!value) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = value->data() + value->size();
  auto [stopped, error] = std::from_chars(value->data(), end, number);
  if (error == std::errc{} && stopped == end && number >= least && number <= most) return number;
  wrong(name,
        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<ledger::TimeMs> Query::date(std::string_view name) const {
  auto value = text(name);
  if (!value) return std::nullopt;
  auto time = ledger::from_rfc3339(*value);
  if (!time) {
    wrong(name,
          "must be an RFC 3339 date or time, such as 2026-01-31 or 2026-01-31T23:59:59Z "
          "(a + is written %2B in a query)");
  }
  return time;
}

std::uint32_t Query::limit(std::uint32_t most) const {
  return static_cast<std::uint32_t>(whole("limit", 1, most).value_or(std::min(most, kUsualPage)));
}

std::uint64_t Query::from() const {
  return whole("from", 0, std::numeric_limits<std::uint64_t>::max()).value_or(0);
}

}  // namespace jobledger::daemon::parse
