#include <catch2/catch.hpp>

#include "daemon/webhooks/backoff.h"

namespace jobledger::daemon::webhooks {
namespace {

constexpr ledger::TimeMs kNow = 1'000'000;

Outcome answered(int status) {
  Outcome outcome;
  outcome.attempt.status = status;
  if (status / 100 != 2) outcome.attempt.error = "the answer was " + std::to_string(status);
  return outcome;
}

}  // namespace

TEST_CASE("pauses grow by four, are spread by half, and have an end") {
  const Retries retries{10, 5, 86'400};
  CHECK(pause_after(retries, 1, 0.5) == 5'000);
  CHECK(pause_after(retries, 1, 0.0) == 2'500);
  CHECK(pause_after(retries, 1, 0.999999) == 7'499);
  CHECK(pause_after(retries, 2, 0.5) == 20'000);
  CHECK(pause_after(retries, 8, 0.5) == 81'920'000);
  CHECK(pause_after(retries, 9, 0.0) == 43'200'000);
  CHECK(pause_after(retries, 9, 0.9) == 86'400'000);
  CHECK(pause_after(retries, 100, 0.9) == 86'400'000);
}

TEST_CASE("any 2xx is a success") {
  int status = GENERATE(200, 201, 202, 204, 299);
  CHECK(judge({}, 1, answered(status), kNow, 0.5) == Verdict{DeliveryState::delivered, 0});
}

TEST_CASE("whatever else is sent again, as often as is allowed") {
  int status = GENERATE(0, 301, 302, 400, 404, 429, 500, 503);
  Outcome outcome = answered(status);
  CHECK(judge({}, 1, outcome, kNow, 0.5) == Verdict{DeliveryState::due, kNow + 5'000});
  CHECK(judge({}, 9, outcome, kNow, 0.5).state == DeliveryState::due);
  CHECK(judge({}, 10, outcome, kNow, 0.5) == Verdict{DeliveryState::failed, 0});
}

TEST_CASE("410 and what may not be sent are the end") {
  CHECK(judge({}, 1, answered(410), kNow, 0.5).state == DeliveryState::failed);
  Outcome refused = answered(0);
  refused.refused = true;
  CHECK(judge({}, 1, refused, kNow, 0.5).state == DeliveryState::failed);
}

TEST_CASE("429 and 503 may ask for a longer pause, and for none that is too long") {
  Outcome outcome = answered(GENERATE(429, 503));
  outcome.retry_after = 60;
  CHECK(judge({}, 1, outcome, kNow, 0.5).next_at == kNow + 60'000);
  CHECK(judge({}, 3, outcome, kNow, 0.5).next_at == kNow + 80'000);  // its own is longer
  outcome.retry_after = 1'000'000'000'000;
  CHECK(judge({}, 1, outcome, kNow, 0.5).next_at == kNow + 86'400'000);
  Outcome other = answered(500);
  other.retry_after = 60;
  CHECK(judge({}, 1, other, kNow, 0.5).next_at == kNow + 5'000);
}

}  // namespace jobledger::daemon::webhooks
