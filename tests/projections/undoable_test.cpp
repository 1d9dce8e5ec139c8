#include "projections/undoable.h"

#include <catch2/catch.hpp>

#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

/// What there is to undo of an entry, such as `cancelled p pending @1; …`: the status before, and
/// the entry that did it.
std::string undo_of(LedgerFixture& ledger, std::uint64_t index, std::uint64_t version = ~0ull) {
  static const std::vector<std::string> kWhat = {"cancelled", "asked", "reinstated", "withdrawn"};
  projections::LogReader log(ledger.store());
  version = std::min(version, ledger.state().version());
  auto undo = projections::undo_of(ledger.state(), log, ledger.team(), index, version);
  CHECK(undo.entry == index);
  if (!undo.known) return "unknown";
  std::string text;
  for (const ledger::Undoable& done : undo.jobs) {
    if (!text.empty()) text += "; ";
    text += kWhat.at(static_cast<std::size_t>(done.what)) + ' ' +
            ledger.names().of(ledger.state().graph().row(done.job).id) + ' ' +
            std::string(name_of(done.before)) + " @" + std::to_string(done.entry);
  }
  return text.empty() ? "nothing" : text;
}

TEST_CASE("what there is to undo of a cancel is what it cancelled") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim b; cancel a; cancel a");
  CHECK(undo_of(ledger, 2) == "cancelled a queued @2; cancelled p pending @2");
  CHECK(undo_of(ledger, 0) == "nothing");
  CHECK(undo_of(ledger, 1) == "nothing");
  CHECK(undo_of(ledger, 3) == "nothing");
  CHECK(undo_of(ledger, 4) == "unknown");
  CHECK(undo_of(ledger, 2, 2) == "unknown");
  CHECK(undo_of(ledger, ~0ull) == "unknown");
  ledger.run("as other");
  CHECK(undo_of(ledger, 2) == "unknown");
}

TEST_CASE("what there is to undo of an undo is what it put back") {
  LedgerFixture ledger;
  ledger.run("submit p(a); claim a; stop a; undo 2");
  CHECK(undo_of(ledger, 3) == "withdrawn a render:dorender @3; reinstated p manually_cancelled @3");
}

TEST_CASE("the ends of the stops that a cancel asked for are undone with it") {
  LedgerFixture ledger;
  ledger.run("submit p(a b c); claim a; claim b; cancel c; stop a; undo 3");
  //          0                 1        2        3         4       5
  std::string asked = "asked a render:dorender @4; asked b render:dorender @4";
  CHECK(undo_of(ledger, 4) == asked);
  ledger.run("expire b");  // 6
  std::string end_of_b =
      "; cancelled b render:dorender @6; cancelled p pending @6; cancelled c queued @6";
  CHECK(undo_of(ledger, 4) == asked + end_of_b);
  ledger.run("stopped a");  // 7
  CHECK(undo_of(ledger, 4) == asked + end_of_b + "; cancelled a render:dorender @7");
  CHECK(undo_of(ledger, 4, 7) == asked + end_of_b);
  CHECK(undo_of(ledger, 4, 6) == asked);
  // The end itself is a cascade of its own.
  CHECK(undo_of(ledger, 7) == "cancelled a render:dorender @7");
  // What came after the end of a stop is no part of it.
  ledger.run("undo 7; cancel a");  // 8, 9
  CHECK(undo_of(ledger, 4) == asked + end_of_b + "; cancelled a render:dorender @7");
}

TEST_CASE("a worker that was quicker than its stop leaves nothing more to undo") {
  for (const char* end : {"finish a", "fail a boom", "undo 2"}) {
    LedgerFixture ledger;
    ledger.run("submit a; claim; stop a");
    ledger.run(end);
    CHECK(undo_of(ledger, 2) == "asked a render:dorender @2");
  }
}

}  // namespace
}  // namespace jobledger::tests
