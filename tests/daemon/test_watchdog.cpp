#include <catch2/catch.hpp>
#include <future>

#include "daemon/watchdog.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon {

using Pulse = WriterThread::Pulse;

TEST_CASE("a writer without work, or that gets on with it, is alive") {
  Heartbeat idle;
  for (int i = 0; i < 3; ++i) CHECK(idle.beats(Pulse{.in_work = 0, .groups = 7}));
  Heartbeat busy;
  for (std::uint64_t groups = 0; groups < 3; ++groups)
    CHECK(busy.beats(Pulse{.in_work = 5, .groups = groups}));
}

TEST_CASE("a writer that has had work since the last look and finished none is not") {
  Heartbeat heartbeat;
  CHECK(heartbeat.beats(Pulse{.in_work = 1, .groups = 7}));  // it may have begun just now
  CHECK_FALSE(heartbeat.beats(Pulse{.in_work = 2, .groups = 7}));
  CHECK_FALSE(heartbeat.beats(Pulse{.in_work = 2, .groups = 7}));
  CHECK(heartbeat.beats(Pulse{.in_work = 2, .groups = 8}));
  CHECK(heartbeat.beats(Pulse{.in_work = 0, .groups = 9}));
  CHECK(heartbeat.beats(Pulse{.in_work = 1, .groups = 9}));
}

TEST_CASE("the pulse of a writer that hangs stops, and comes back with it") {
  tests::LedgerFixture ledger;
  std::promise<void> hangs;
  std::promise<void> go_on;
  std::promise<void> done;
  WriterThread thread(ledger.writer(), ledger.store(), {},
                      {[&](auto calls) {
                         for (const auto& call : calls) call();
                         done.set_value();
                       },
                       [&](const auto&) {
                         hangs.set_value();
                         go_on.get_future().get();
                       },
                       [](const std::string&) {}});
  Heartbeat heartbeat;
  CHECK(heartbeat.beats(thread.pulse()));
  REQUIRE(thread.submit(ledger.ask("submit a"), [](Outcome) {}) == WriterThread::Intake::open);
  hangs.get_future().get();
  CHECK(heartbeat.beats(thread.pulse()));
  CHECK_FALSE(heartbeat.beats(thread.pulse()));
  go_on.set_value();
  done.get_future().get();
  CHECK(heartbeat.beats(thread.pulse()));
}

}  // namespace jobledger::daemon
