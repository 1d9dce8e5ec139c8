#include "daemon/parse/stuck_query.h"

namespace jobledger::daemon::parse {
namespace {

constexpr std::uint64_t kYear = 366 * 24 * 3600;  ///< seconds
constexpr std::uint64_t kMostAttempts = 1'000'000;

std::uint32_t whole_or(const Query& query, std::string_view name, std::uint64_t least,
                       std::uint64_t most, std::uint32_t usual) {
  return static_cast<std::uint32_t>(query.whole(name, least, most).value_or(usual));
}

}  // namespace

Parsed<UnclaimedQuery> parse_unclaimed_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<UnclaimedQuery>(parameters, [max_page](const Query& query) {
    UnclaimedQuery unclaimed;
    unclaimed.page = read_page(query, max_page);
    unclaimed.seconds = whole_or(query, "for", 0, kYear, unclaimed.seconds);
    return unclaimed;
  });
}

Parsed<RetriedQuery> parse_retried_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<RetriedQuery>(parameters, [max_page](const Query& query) {
    RetriedQuery retried;
    retried.page = read_page(query, max_page);
    retried.attempts = whole_or(query, "attempts", 1, kMostAttempts, retried.attempts);
    return retried;
  });
}

}  // namespace jobledger::daemon::parse
