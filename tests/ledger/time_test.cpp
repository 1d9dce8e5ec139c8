#include "ledger/time.h"

#include <catch2/catch.hpp>

#include "tests/support/clock.h"

namespace jobledger::tests {

TEST_CASE("times are written in RFC 3339 with milliseconds", "[time]") {
  CHECK(ledger::to_rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(ledger::to_rfc3339(kNewYear) == "2026-01-01T00:00:00.000Z");
  CHECK(ledger::to_rfc3339(kNewYear - 1) == "2025-12-31T23:59:59.999Z");
  CHECK(ledger::to_rfc3339(951'827'696'007) == "2000-02-29T12:34:56.007Z");
  CHECK(ledger::to_rfc3339(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("any RFC 3339 time is read", "[time]") {
  struct Row {
    const char* text;
    ledger::TimeMs time;
  };
  for (const Row& row : {
           Row{"2026-01-01T00:00:00Z", kNewYear},
           Row{"2026-01-01t00:00:00z", kNewYear},
           Row{"2026-01-01 00:00:00Z", kNewYear},
           Row{"2026-01-01", kNewYear},
           Row{"2026-01-01T00:00:00.5Z", kNewYear + 500},
           Row{"2026-01-01T00:00:00.05Z", kNewYear + 50},
           Row{"2026-01-01T00:00:00.123Z", kNewYear + 123},
           Row{"2026-01-01T00:00:00.123999999999Z", kNewYear + 123},
           Row{"2026-01-01T01:30:00+01:30", kNewYear},
           Row{"2025-12-31T22:30:00-01:30", kNewYear},
           Row{"2026-01-01T00:00:00+00:00", kNewYear},
           Row{"2025-12-31T23:59:60Z", kNewYear},  // a leap second
           Row{"2000-02-29", 951'782'400'000},
           Row{"1969-12-31T23:59:59.999Z", -1},
       }) {
    INFO(row.text);
    CHECK(ledger::from_rfc3339(row.text) == row.time);
  }
}

TEST_CASE("what is no time is not read", "[time]") {
  for (const char* text : {"",
                           "2026",
                           "2026-1-1",
                           "26-01-01",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-02-29",
                           "2026-01-32",
                           "2026-01-00",
                           "2026-01-01T",
                           "2026-01-01T00:00Z",
                           "2026-01-01T00:00:00",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:61Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00,5Z",
                           "2026-01-01T00:00:00+0100",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00+01:60",
                           "2026-01-01T00:00:00Zx",
                           "2026-01-01x00:00:00Z",
                           " 2026-01-01",
                           "2026-01-01 ",
                           "-026-01-01",
                           "1767225600000"}) {
    INFO(text);
    CHECK_FALSE(ledger::from_rfc3339(text));
  }
}

TEST_CASE("what was written is read back", "[time]") {
  for (ledger::TimeMs time = -62'135'596'800'000; time < 250'000'000'000'000;
       time += 123'456'789'123) {
    REQUIRE(ledger::from_rfc3339(ledger::to_rfc3339(time)) == time);
  }
}

TEST_CASE("the system's clock is of this age", "[time]") {
  CHECK(ledger::SystemClock().now() > 1'600'000'000'000);
}

}  // namespace jobledger::tests
