#include <catch2/catch.hpp>

#include "daemon/rate_limit.h"

namespace jobledger::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
const RateLimit::Clock::time_point kBegin{std::chrono::hours(1)};

int taken(RateLimit& limit, std::string_view name, RateLimit::Clock::time_point at) {
  int count = 0;
  while (!limit.refuse(name, at)) ++count;
  return count;
}

}  // namespace

TEST_CASE("rate limit: a burst after a rest, then so many a second, for each name") {
  RateLimit limit(10, 30);
  CHECK(taken(limit, "a", kBegin) == 30);
  CHECK(taken(limit, "b", kBegin) == 30);
  CHECK(taken(limit, "a", kBegin + milliseconds(500)) == 5);
  CHECK(taken(limit, "a", kBegin + seconds(60)) == 30);
}

TEST_CASE("rate limit: it says when to come back") {
  RateLimit slow(1, 1);
  CHECK_FALSE(slow.refuse("a", kBegin));
  CHECK(slow.refuse("a", kBegin) == 1U);
  CHECK_FALSE(slow.refuse("a", kBegin + seconds(1)));
  CHECK(slow.window_seconds() == 1);
  CHECK(RateLimit(20'000, 40'000).window_seconds() == 2);
  CHECK(RateLimit(20'000, 40'000).burst() == 40'000);
}

TEST_CASE("rate limit: none where there is none") {
  RateLimit none(0, 1);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(none.refuse("a", kBegin));
  CHECK(none.names() == 0);
}

TEST_CASE("rate limit: however many names come, it holds a bounded number") {
  RateLimit limit(1, 10, 100);
  for (int i = 0; i < 10'000; ++i) limit.refuse("name" + std::to_string(i), kBegin);
  CHECK(limit.names() <= 101);
  // Those beyond share one, and those that rested make room for others.
  CHECK(limit.refuse("another", kBegin));
  CHECK_FALSE(limit.refuse("another", kBegin + seconds(20)));
  CHECK(limit.names() <= 2);
}

}  // namespace jobledger::daemon
