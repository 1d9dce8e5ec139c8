#include "projections/recovery.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using projections::digests;
using projections::State;

void put(ledger::Store& store, std::uint64_t index, const std::string& bytes) {
  ledger::StoreBatch batch(store);
  batch.put_entry(index, bytes);
  REQUIRE(store.write(batch));
}

ledger::Status folded(const ledger::Store& store, State& state, std::uint64_t until) {
  Notes notes;
  return projections::fold_log(store, state, until, notes.report());
}

TEST_CASE("the log folds to what was folded live, and is published") {
  HistoryRun run(seed_or(2));
  run.steps(100);
  State state;
  REQUIRE(folded(run.store(), state, run.state().version()));
  CHECK(state.version() == run.state().version());
  CHECK(digests(state) == digests(run.state()));
}

TEST_CASE("a fold stops where it is told to, and goes on from there") {
  HistoryRun run(seed_or(2));
  run.steps(100);
  std::uint64_t middle = run.state().version() / 2;
  State state;
  REQUIRE(folded(run.store(), state, middle));
  CHECK(state.folded() == middle);
  CHECK(state.version() == middle);
  REQUIRE(folded(run.store(), state, run.state().version()));
  CHECK(digests(state) == digests(run.state()));
}

TEST_CASE("an entry that does not decode is named") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  std::string bytes = *run.store().entry(17);
  for (const std::string& damaged :
       {std::string(), std::string("xyz"), bytes.substr(0, bytes.size() - 8)}) {
    put(run.store(), 17, damaged);
    State state;
    ledger::Status status = folded(run.store(), state, run.state().version());
    REQUIRE_FALSE(status);
    CHECK_THAT(status.error().message, Catch::Contains("entry 17 is damaged"));
    CHECK(state.folded() == 17);
  }
}

TEST_CASE("an entry in the place of another is named") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  put(run.store(), 17, *run.store().entry(18));
  State state;
  ledger::Status status = folded(run.store(), state, run.state().version());
  REQUIRE_FALSE(status);
  CHECK_THAT(status.error().message, Catch::Contains("entry 17 is damaged"));
}

TEST_CASE("a gap in the log is named") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  auto store = store_in_memory();
  for (std::uint64_t index = 0; index < 30; ++index) {
    if (index != 12) put(*store, index, *run.store().entry(index));
  }
  State state;
  ledger::Status status = folded(*store, state, 30);
  REQUIRE_FALSE(status);
  CHECK_THAT(status.error().message, Catch::Contains("entry 12 is missing"));

  projections::Snapshots snapshots(*store);
  Notes notes;
  auto recovered = projections::recover(*store, snapshots, notes.report());
  REQUIRE_FALSE(recovered);
  CHECK_THAT(recovered.error().message, Catch::Contains("entry 12 is missing"));
}

TEST_CASE("a log that ends too early is a failure that says where") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  std::uint64_t count = run.state().version();
  State state;
  ledger::Status status = folded(run.store(), state, count + 3);
  REQUIRE_FALSE(status);
  CHECK_THAT(status.error().message, Catch::Contains("ends at entry " + std::to_string(count)));
}

TEST_CASE("an empty store recovers to an empty state without a word") {
  auto store = store_in_memory();
  projections::Snapshots snapshots(*store);
  Notes notes;
  auto state = projections::recover(*store, snapshots, notes.report());
  REQUIRE(state);
  CHECK((*state)->version() == 0);
  CHECK(notes.lines.empty());
}

TEST_CASE("the writer goes on after a recovery from a snapshot and a tail") {
  HistoryRun run(seed_or(2));
  run.steps(100);
  projections::Snapshots snapshots(run.store());
  REQUIRE(snapshots.save(run.state(), [](std::uint64_t) { return true; }));
  run.steps(40);
  Notes notes;
  projections::Snapshots again(run.store());
  auto recovered = projections::recover(run.store(), again, notes.report());
  REQUIRE(recovered);
  auto tree = ledger::HashTree::load(run.store(), run.state().version());
  REQUIRE(tree);
  SettableClock clock;
  clock.set(run.now());
  CountingIds ids;
  for (int i = 0; i < 5000; ++i) ids.next_ulid(run.now());  // beyond those of the history
  ledger::Writer writer(run.store(), **recovered, *tree, run.now(), clock, ids);
  LedgerFixture names;
  std::vector<ledger::Submission> group = {names.ask("submit p(a b)"), names.ask("claim")};
  auto receipts = writer.commit(group);
  REQUIRE(receipts);
  CHECK((*receipts)[1].entry->events.size() == 1);
  CHECK((*recovered)->version() == run.state().version() + 2);
  auto fresh = fold_up_to(run.store(), (*recovered)->version());
  CHECK(digests(**recovered) == digests(*fresh));
}

}  // namespace
}  // namespace jobledger::tests
