// A projection's digest at a version is the same however it came about: folded live, folded again,
// or loaded from a snapshot and folded on.

#include <catch2/catch.hpp>

#include "projections/checked_chunks.h"
#include "projections/snapshots.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using projections::digests;
using projections::Snapshots;
using projections::State;
using Digests = std::map<std::string, std::string>;

/// Saves the state, and loads it into a new one.
std::unique_ptr<State> through_snapshot(HistoryRun& run, Snapshots& snapshots) {
  REQUIRE(snapshots.save(run.state()));
  auto state = std::make_unique<State>();
  Notes notes;
  REQUIRE(Snapshots(run.store()).load(*state, notes.report().note) == run.state().version());
  return state;
}

/// At every version: live, refolded, loaded at that version, and loaded at earlier ones and folded
/// on.
void check_every_version(std::uint64_t seed, int commands) {
  HistoryRun run(seed);
  State refolded;
  Snapshots snapshots(run.store());
  std::deque<std::unique_ptr<State>> followers;
  for (int i = 0; i < commands; ++i) {
    std::uint64_t before = run.state().version();
    run.step();
    std::uint64_t version = run.state().version();
    if (version == before) continue;
    INFO("TEST_SEED=" << seed << " version " << version);
    Digests live = digests(run.state());
    fold_on(run.store(), refolded, version);
    REQUIRE(digests(refolded) == live);
    for (auto& follower : followers) {
      fold_on(run.store(), *follower, version);
      REQUIRE(digests(*follower) == live);
    }
    followers.push_back(through_snapshot(run, snapshots));
    REQUIRE(digests(*followers.back()) == live);
    if (followers.size() > 4) followers.erase(followers.begin() + i % 4);
  }
}

TEST_CASE("digests agree at every version of random histories", "[random]") {
  std::uint64_t first = seed_or(1);
  for (std::uint64_t seed = first; seed < first + 4; ++seed) check_every_version(seed, 120);
}

TEST_CASE("digests tell apart what a load makes again") {
  auto state_after = [](ledger::JobStatus before) {
    LedgerFixture ledger;
    ledger.run("submit p(a b)");
    auto state = fold_up_to(ledger.store(), 1);
    ledger::Event finished;
    finished.kind = ledger::EventKind::job_finished;
    finished.number = 1;
    finished.subject = ledger.id("a");
    finished.before = before;
    finished.after = ledger::JobStatus::finished;
    finished.detail = ledger::make_detail<ledger::Detail>(ledger::EndDetail{});
    state->fold_stored(entry_of({finished}, 1));
    return state;
  };
  // Nothing of `before` is stored; by it jobs leave the queue, and are counted and listed.
  auto right = state_after(ledger::JobStatus::queued);
  auto wrong = state_after(ledger::JobStatus::finished);
  Digests of_right = digests(*right);
  Digests of_wrong = digests(*wrong);
  CHECK(of_right["jobs"] == of_wrong["jobs"]);
  CHECK(of_right["jobs (derived)"] != of_wrong["jobs (derived)"]);
  CHECK(of_right["directory (derived)"] != of_wrong["directory (derived)"]);
  CHECK(of_right["audit (derived)"] == of_wrong["audit (derived)"]);
}

/// Lets the writer go on after each chunk.
class BusySink final : public ledger::ChunkSink {
 public:
  explicit BusySink(HistoryRun& run) : run_(run) {}
  void settled(std::string_view name, const std::function<std::string()>& write) override {
    digest_.settled(name, write);
    run_.prepare();
  }
  void fresh(std::string_view name, std::string bytes) override {
    digest_.fresh(name, std::move(bytes));
    for (int i = 0; i < 5; ++i) run_.prepare();
  }
  std::string digest() const { return digest_.digest(); }

 private:
  HistoryRun& run_;
  projections::DigestSink digest_;
};

TEST_CASE("what is saved is the state at the capture, however far the fold goes on", "[random]") {
  for (std::uint64_t seed = seed_or(50), last = seed + 5; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(60);
    for (int i = 0; i < 30; ++i) run.prepare();
    Digests before = digests(run.state());
    std::uint64_t version = run.state().folded();
    State::Capture capture = run.state().capture();
    REQUIRE(capture.version == version);
    auto projections = run.state().projections();
    for (std::size_t i = 0; i < projections.size(); ++i) {
      BusySink sink(run);
      capture.saves[i](sink, run.state().locked());
      CHECK(sink.digest() == before[std::string(projections[i]->name())]);
    }
    CHECK(run.state().folded() > version);
    run.append();
    CHECK(digests(*fold_up_to(run.store(), version)) == before);
  }
}

/// Many entries in few groups, so that every segmented array goes over the end of a segment.
class LongHistory {
 public:
  void batches(int count) {
    for (int i = 0; i < count; ++i) {
      ledger::SubmitBatch batch;
      batch.total = 1;
      batch.items.push_back({0, ledger::JobSpec{}});
      add(batch);
    }
    send();
  }
  /// A batch of a thousand jobs, and its cancel.
  void wide_batch_cancelled() {
    ledger::SubmitBatch batch;
    batch.total = 1000;
    for (std::uint32_t i = 0; i < 1000; ++i) batch.items.push_back({i, ledger::JobSpec{}});
    add(batch);
    ledger::Receipt receipt = send();
    add(ledger::CancelBatch{receipt.entry->events.front().subject, {}});
    send();
  }
  /// Cancels of jobs that are cancelled: each is a mention of one.
  void refused_cancels(int count) {
    ledger::JobId job = ledger_.state().graph().row(0).id;
    ledger::CancelJobs cancel;
    cancel.jobs = {job};
    for (int i = 0; i < count; ++i) add(cancel);
    send();
  }

  LedgerFixture& ledger() { return ledger_; }

 private:
  void add(ledger::Command command) {
    ledger_.clock().advance(7);
    group_.push_back({ledger_.envelope, std::move(command), ""});
  }
  ledger::Receipt send() {
    ledger::PreparedGroup prepared = ledger_.writer().prepare(group_);
    REQUIRE(ledger_.writer().append(prepared));
    group_.clear();
    return prepared.receipts.back();
  }

  LedgerFixture ledger_;
  std::vector<ledger::Submission> group_;
};

std::map<std::string, std::string> settled_rows(const ledger::Store& store) {
  std::map<std::string, std::string> rows;
  REQUIRE(store.scan_snapshot_keys("", [&](std::string_view key) {
    if (key.front() == 's') rows[std::string(key)] = store.snapshot_row(key).value();
  }));
  return rows;
}

std::unique_ptr<State> recovered(ledger::Store& store, Notes& notes) {
  Snapshots snapshots(store);
  auto state = projections::recover(store, snapshots, notes.report());
  REQUIRE(state);
  return std::move(*state);
}

TEST_CASE("full segments are written once, and every one of them counts") {
  LongHistory history;
  LedgerFixture& ledger = history.ledger();
  for (int i = 0; i < 5; ++i) history.wide_batch_cancelled();
  history.batches(4000);
  history.refused_cancels(3000);

  Snapshots snapshots(ledger.store());
  REQUIRE(snapshots.save(ledger.state()));
  auto first = settled_rows(ledger.store());
  CHECK(first.count("sjobs/rows/0") == 1);
  CHECK(first.count("sjobs/batches/0") == 0);
  CHECK(first.count("stimes/low/0") == 0);

  history.batches(200);
  for (int i = 0; i < 4; ++i) history.wide_batch_cancelled();
  history.refused_cancels(10000);
  REQUIRE(ledger.state().version() > 16384);
  REQUIRE(ledger.state().graph().job_count() > 3 * 4096);
  REQUIRE(snapshots.save(ledger.state()));
  auto second = settled_rows(ledger.store());
  for (const char* key : {"sjobs/rows/2", "sjobs/changes/0", "sjobs/batches/0", "stimes/low/0",
                          "saudit/jobs/0", "saudit/jobs/2", "saudit/batches/0"}) {
    INFO(key);
    CHECK(second.count(key) == 1);
  }

  Digests live = digests(ledger.state());
  Notes notes;
  CHECK(digests(*recovered(ledger.store(), notes)) == live);
  CHECK(notes.say("loaded the snapshot"));
  CHECK(digests(*fold_up_to(ledger.store(), ledger.state().version())) == live);

  for (const auto& [key, row] : second) {
    INFO(key);
    std::string damaged = row;
    damaged[row.size() / 3] = static_cast<char>(damaged[row.size() / 3] ^ 4);
    REQUIRE(ledger.store().put_snapshot_row(key, damaged));
    State state;
    Notes doubts;
    CHECK_FALSE(Snapshots(ledger.store()).load(state, doubts.report().note));
    CHECK(doubts.say("not used"));
    REQUIRE(ledger.store().erase_snapshot_rows(key, key + '\0'));
    State another;
    CHECK_FALSE(Snapshots(ledger.store()).load(another, doubts.report().note));
    REQUIRE(ledger.store().put_snapshot_row(key, row));
  }

  SECTION("a full segment that was saved is not written again") {
    REQUIRE(ledger.store().put_snapshot_row("sjobs/rows/0", "damaged meanwhile"));
    history.batches(1);
    REQUIRE(snapshots.save(ledger.state()));
    CHECK(ledger.store().snapshot_row("sjobs/rows/0") == "damaged meanwhile");
    Notes found;
    CHECK(digests(*recovered(ledger.store(), found)) == digests(ledger.state()));
    CHECK(found.say("not used"));
  }
  SECTION("segments of a snapshot that was given up are written again, or are there") {
    Snapshots anew(ledger.store());
    REQUIRE(anew.erase_all());
    int chunks = 0;
    for (bool whole = false; !whole; ++chunks) {
      int left = chunks;
      whole = anew.save(ledger.state(), {.go_on = [&] { return left-- > 0; }}).has_value();
    }
    CHECK(chunks > 20);
    CHECK(settled_rows(ledger.store()) == second);
    Notes found;
    CHECK(digests(*recovered(ledger.store(), found)) == live);
    CHECK(found.say("loaded the snapshot"));
  }
  SECTION("a restart knows which are saved, and one that was in doubt writes them anew") {
    State state;
    Snapshots restarted(ledger.store());
    REQUIRE(ledger.store().put_snapshot_row("sjobs/rows/0", "damaged meanwhile"));
    Notes found;
    CHECK_FALSE(restarted.load(state, found.report().note));
    REQUIRE(restarted.save(ledger.state()));
    CHECK(ledger.store().snapshot_row("sjobs/rows/0") == second.at("sjobs/rows/0"));
    Notes again;
    CHECK(digests(*recovered(ledger.store(), again)) == live);
    CHECK(again.say("loaded the snapshot"));
  }
}

}  // namespace
}  // namespace jobledger::tests
