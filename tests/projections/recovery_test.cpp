#include "projections/recovery.h"

#include <catch2/catch.hpp>
#include <functional>
#include <random>

#include "ledger/codec.h"
#include "projections/checked_chunks.h"
#include "projections/history.h"
#include "projections/job_reader.h"
#include "projections/undoable.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"
#include "tests/support/tampering.h"

namespace jobledger::tests {
namespace {

using ledger::Entry;
using projections::digests;
using projections::State;

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
    forge(run.store(), 17, damaged);
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
  forge(run.store(), 17, *run.store().entry(18));
  State state;
  ledger::Status status = folded(run.store(), state, run.state().version());
  REQUIRE_FALSE(status);
  CHECK_THAT(status.error().message, Catch::Contains("entry 17 is damaged"));
}

TEST_CASE("a gap in the log is named") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  auto store = copy_without(run.store(), [](std::uint64_t index) { return index == 12; });
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

TEST_CASE("an entry with a flipped bit is never folded") {
  HistoryRun run(seed_or(2));
  run.steps(30);
  std::string bytes = *run.store().entry(17);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 1 << at % 8);
    put_entry(run.store(), 17, flipped);
    State state;
    ledger::Status status = folded(run.store(), state, run.state().version());
    REQUIRE_FALSE(status);
    CHECK_THAT(status.error().message, Catch::Contains("entry 17 is damaged"));
    CHECK(state.folded() == 17);
  }
}

/// What a later version of the program may write.
std::vector<std::function<void(Entry&)>> later_entries() {
  return {[](Entry& entry) {
            entry.command.kind = static_cast<ledger::CommandKind>(ledger::kCommandKinds + 3);
          },
          [](Entry& entry) {
            ledger::Event event;
            event.kind = static_cast<ledger::EventKind>(ledger::kEventKinds);
            entry.events = {event};
          },
          [](Entry& entry) { entry.rules_version = ledger::kRulesVersion + 1; }};
}

TEST_CASE("an entry of a later version is refused as that, and is not called damaged") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  std::string bytes = *run.store().entry(17);
  for (const auto& change : later_entries()) {
    forge(run.store(), 17, change);
    State state;
    ledger::Status status = folded(run.store(), state, run.state().version());
    REQUIRE_FALSE(status);
    CHECK_THAT(status.error().message,
               Catch::StartsWith("a later version of jobledger wrote entry 17: it holds "));
    CHECK_THAT(status.error().message, !Catch::Contains("is damaged"));
    CHECK(state.folded() == 17);
    forge(run.store(), 17, bytes);
  }
}

TEST_CASE(
    "bytes that look like those of a later version are damage, if they are not what was "
    "written") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  for (const auto& change : later_entries()) {
    Entry entry = *ledger::decode(*run.store().entry(17));
    change(entry);
    std::string right = *run.store().entry(17);
    put_entry(run.store(), 17, ledger::encode(entry));
    State state;
    ledger::Status status = folded(run.store(), state, run.state().version());
    REQUIRE_FALSE(status);
    CHECK_THAT(status.error().message, Catch::StartsWith("entry 17 is damaged: "));
    put_entry(run.store(), 17, right);
  }
}

TEST_CASE("a log with an entry of a later version is not started from a snapshot behind it") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  auto known = projections::known_kinds();
  CHECK(known.knows(known));
  CHECK(known.knows({}));  // what the first format knew
  for (std::uint32_t projections::KnownKinds::*count :
       {&projections::KnownKinds::commands, &projections::KnownKinds::events,
        &projections::KnownKinds::causes, &projections::KnownKinds::refusals,
        &projections::KnownKinds::rules}) {
    auto later = known;
    ++(later.*count);
    CHECK_FALSE(known.knows(later));
  }
}

TEST_CASE("an entry without a leaf is named") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  std::uint64_t count = run.state().version();
  put_entry(run.store(), count, *run.store().entry(0));
  State state;
  ledger::Status status = folded(run.store(), state, count + 1);
  REQUIRE_FALSE(status);
  CHECK_THAT(status.error().message, Catch::Contains("has no leaf for it"));
}

TEST_CASE("a log whose end was cut off does not start") {
  HistoryRun run(seed_or(2));
  run.steps(50);
  std::uint64_t count = run.state().version();
  auto store = copy_without(run.store(), [&](std::uint64_t index) { return index >= count - 3; });
  projections::Snapshots snapshots(*store);
  Notes notes;
  auto recovered = projections::recover(*store, snapshots, notes.report());
  REQUIRE_FALSE(recovered);
  CHECK_THAT(recovered.error().message, Catch::Contains("the end of the log is gone"));
}

/// Everything that can be asked of a state without knowing what is in it.
void read_all(State& state, ledger::Store& store) {
  projections::LogReader log(store);
  projections::JobReader reader(state, log, state.version());
  for (ledger::JobNumber job = 0; job < state.graph().job_count(); ++job) {
    reader.read(job);
    projections::entries_of_job(state, log, job, {0, state.version()});
  }
  for (std::uint32_t i = 0; i < state.graph().batch_count(); ++i) {
    const projections::BatchRow& batch = state.graph().batch(i);
    reader.find_batch(state.graph().labels().team_name(batch.team), batch.id);
  }
  for (std::uint64_t index = 0; index < state.version(); ++index) {
    projections::undo_of(state, log, "blue", index, state.version());
  }
  digests(state);
}

/// Some field of some event with another value: small, huge, or that of another event.
void spoil(Entry& entry, std::mt19937_64& random) {
  if (entry.events.empty()) return;
  auto below = [&](std::uint64_t count) { return random() % count; };
  ledger::Event& event = entry.events[below(entry.events.size())];
  const ledger::Event& other = entry.events[below(entry.events.size())];
  std::uint32_t number = std::vector<std::uint32_t>{
      static_cast<std::uint32_t>(below(60)), 1'000'000, ledger::kNoJob, other.number}[below(4)];
  switch (below(9)) {
    case 0:
      event.number = number;
      break;
    case 1:
      event.via = static_cast<std::uint32_t>(below(entry.events.size()));
      break;
    case 2:
      event.via = ledger::kNoPlace;
      break;
    case 3:
      event.before = static_cast<ledger::JobStatus>(below(ledger::kStatusCount));
      break;
    case 4:
      event.after = static_cast<ledger::JobStatus>(below(ledger::kStatusCount));
      break;
    case 5:
      event.subject = below(2) ? other.subject : ledger::Ulid{random(), random()};
      break;
    case 6:
      event.kind = static_cast<ledger::EventKind>(below(ledger::kEventKinds));
      break;
    case 7:
      entry.events.push_back(ledger::Event(other));
      break;
    case 8:
      std::swap(event, entry.events[below(entry.events.size())]);
      break;
  }
}

TEST_CASE("whatever is forged, leaf and all, a log is folded or its entry named", "[random]") {
  std::uint64_t seed = seed_or(90);
  std::mt19937_64 random(seed);
  INFO("TEST_SEED=" << seed);
  HistoryRun run(seed);
  run.steps(120);
  ledger::Store& store = run.store();
  std::uint64_t count = run.state().version();
  int named = 0;
  for (int i = 0; i < 600; ++i) {
    std::uint64_t index = random() % count;
    std::string bytes = *store.entry(index);
    forge(store, index, [&](Entry& entry) { spoil(entry, random); });
    State state;
    ledger::Status status = folded(store, state, count);
    if (!status) {
      CHECK_THAT(status.error().message, Catch::Contains(" is damaged: "));
      CHECK(state.folded() >= index);
      ++named;
    } else {
      read_all(state, store);
    }
    forge(store, index, bytes);
  }
  CHECK(named > 50);  // entries without events are not spoiled
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
  REQUIRE(snapshots.save(run.state()));
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
