#include "projections/invariants.h"

#include <catch2/catch.hpp>

#include "projections/verify.h"
#include "projections/violations.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"
#include "tests/support/tampering.h"

namespace jobledger::tests {
namespace {

using ledger::Entry;
using ledger::Event;
using ledger::JobStatus;

std::vector<std::string> findings(ledger::Store& store, bool invariants) {
  Notes notes;
  return projections::verify(store, notes.report(),
                             {.invariants = invariants, .checkpoints = {}, .keys = {}})
      .findings;
}

projections::Violations violations(const projections::State& state) {
  return projections::count_violations(state, [] { return false; }).value();
}

}  // namespace

TEST_CASE("in random histories every invariant holds", "[invariants][random]") {
  for (std::uint64_t seed = seed_or(61), last = seed + 6; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(400);
    auto found = findings(run.store(), true);
    INFO((found.empty() ? "" : found.front()));
    CHECK(found.empty());
    CHECK(violations(run.state()).total() == 0);
  }
}

TEST_CASE("every cascade of stops, undos and lease ends is decided as it was", "[invariants]") {
  ledger::Rules rules;
  rules.max_attempts = 2;
  LedgerFixture ledger(rules);
  ledger.run(
      "submit p(a b(c)); claim a; stop c; stopped a; undo 2; undo 4; undo 5; claim c; stop c;"
      "expire c; batch B x y(z) -; claim z; stop-batch B; undo 12; finish z; claim x; expire x;"
      "claim x; expire x; submit q(r s); claim r; fail r broken");
  CHECK(findings(ledger.store(), true).empty());
}

TEST_CASE("a half cascade is found by deciding it again", "[invariants]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); submit q; cancel a");
  forge(ledger.store(), 2, [](Entry& entry) { entry.events.pop_back(); });
  CHECK(findings(ledger.store(), true) == findings(ledger.store(), false));
  auto found = findings(ledger.store(), false);
  REQUIRE(found.size() == 1);
  CHECK(found[0] ==
        "entry 2: it cancelled 2 jobs, and its rules give otherwise on the state "
        "before it: " +
            ledger.id("b").text() + " was not touched, and is cancelled");
}

TEST_CASE("a parent that nobody unblocked is found", "[invariants]") {
  LedgerFixture ledger;
  ledger.run("submit p(a); claim a; finish a");
  forge(ledger.store(), 2, [](Entry& entry) { entry.events.pop_back(); });
  CHECK(findings(ledger.store(), false).size() == 1);
  auto found = findings(ledger.store(), true);
  REQUIRE(found.size() == 2);
  CHECK(found[1] == "entry 2: it leaves job " + ledger.id("p").text() +
                        " pending, though all its children have ended");
  auto state = fold_up_to(ledger.store(), 3);
  CHECK(violations(*state).waiting_parents == 1);
  CHECK(violations(*state).batches == 0);
}

TEST_CASE("a batch whose counts do not add up is found", "[invariants]") {
  LedgerFixture ledger;
  ledger.run("batch B x y -; batch C z");
  forge(ledger.store(), 0, [](Entry& entry) {
    auto detail = entry.events[0].as<ledger::BatchDetail>();
    detail.total = 1;
    entry.events[0].detail = ledger::make_detail<ledger::Detail>(detail);
  });
  auto found = findings(ledger.store(), true);
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "entry 0: its batch asked for 1 jobs, and has 3 at 3 places");
  auto state = fold_up_to(ledger.store(), 2);
  CHECK(violations(*state).batches == 1);
}

TEST_CASE("a cascade of older rules is told, and not judged", "[invariants]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); cancel a");
  forge(ledger.store(), 1, [](Entry& entry) {
    entry.events.pop_back();
    entry.rules_version = ledger::kRulesVersion - 1;
  });
  Notes notes;
  auto result = projections::verify(ledger.store(), notes.report(),
                                    {.invariants = true, .checkpoints = {}, .keys = {}});
  CHECK(result.findings.empty());
  CHECK(notes.say("1 cascades were decided by other rules"));
}

TEST_CASE("a count of violations ends when it is told to", "[invariants]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b)");
  CHECK_FALSE(projections::count_violations(ledger.state(), [] { return true; }));
}

}  // namespace jobledger::tests
