#include "projections/status_diff.h"

#include <catch2/catch.hpp>
#include <map>

#include "projections/log_reader.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::JobNumber;
using ledger::JobStatus;
using projections::DiffRange;
using projections::State;
using projections::StatusDiff;

constexpr std::size_t kAll = 1'000'000;

std::string told(const std::vector<StatusDiff>& diffs) {
  std::string text;
  for (const StatusDiff& diff : diffs) {
    text += std::to_string(diff.job) + " " + std::string(name_of(diff.before)) + " -> " +
            std::string(name_of(diff.after)) + " by " + to_text(diff.entries) + "\n";
  }
  return text;
}

std::string told(LedgerFixture& ledger, const DiffRange& range) {
  const State& state = ledger.state();
  return told(projections::status_diff(state.graph(), "acme", range, state.locked()));
}

TEST_CASE("a diff tells each job's status before and after, and what changed it in between") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); submit x; claim x");  // 0, 1, 2
  ledger.run("expire x; claim x; cancel a");       // 3, 4, 5
  CHECK(told(ledger, {2, 6, 0, kAll}) ==
        "0 pending -> manually_cancelled by 5 \n"
        "1 queued -> manually_cancelled by 5 \n"
        "2 queued -> manually_cancelled by 5 \n"
        "3 queued -> render:dorender by 2 3 4 \n");
  CHECK(told(ledger, {0, 2, 3, kAll}) == "3 none -> queued by 1 \n");
  CHECK(told(ledger, {0, 6, 1, 1}) == "1 none -> manually_cancelled by 0 5 \n");
}

TEST_CASE("a job that came back to its status has not changed") {
  LedgerFixture ledger;
  ledger.run("submit x; claim x; expire x; claim x");
  CHECK(told(ledger, {1, 3, 0, kAll}) == "");
  CHECK(told(ledger, {2, 4, 0, kAll}) == "");
  CHECK(told(ledger, {2, 3, 0, kAll}) == "0 render:dorender -> queued by 2 \n");
  CHECK(told(ledger, {3, 3, 0, kAll}) == "");
}

TEST_CASE("a diff is of one team, or of all") {
  LedgerFixture ledger;
  ledger.run("submit x; as other; submit y");
  const State& state = ledger.state();
  auto count = [&](std::optional<std::string_view> team) {
    return projections::status_diff(state.graph(), team, {0, 2, 0, kAll}, state.locked()).size();
  };
  CHECK(count("acme") == 1);
  CHECK(count("other") == 1);
  CHECK(count("nobody") == 0);
  CHECK(count(std::nullopt) == 2);
}

TEST_CASE("a diff over many jobs lets the fold in") {
  LedgerFixture ledger;
  std::string tree = "p(";
  for (int i = 0; i < 9000; ++i) tree += " c" + std::to_string(i);
  ledger.submit(tree + ")");
  ledger.cancel("p");
  int slices = 0;
  auto locked = [&](const std::function<void()>& work) {
    ++slices;
    work();
  };
  const auto& graph = ledger.state().graph();
  CHECK(projections::status_diff(graph, "acme", {1, 2, 0, kAll}, locked).size() == 9001);
  CHECK(slices >= 4);
  slices = 0;
  CHECK(projections::status_diff(graph, "acme", {1, 2, 0, 3}, locked).size() == 3);
  CHECK(slices == 2);
}

/// The same by two folds and a look at every entry.
std::string by_folds(HistoryRun& run, const std::string& team, std::uint64_t from,
                     std::uint64_t to) {
  auto then = fold_up_to(run.store(), from);
  auto now = fold_up_to(run.store(), to);
  std::map<JobNumber, std::vector<std::uint64_t>> entries;
  projections::LogReader log(run.store());
  for (std::uint64_t index = from; index < to; ++index) {
    for (const ledger::Event& event : log.entry(index).events) {
      if (changes_job(event.kind)) {
        entries[event.number].push_back(index);
      }
    }
  }
  std::vector<StatusDiff> diffs;
  for (JobNumber job = 0; job < now->graph().job_count(); ++job) {
    if (now->graph().labels().team_name(now->graph().team_of(job)) != team) continue;
    JobStatus before = JobStatus::none;
    if (job < then->graph().job_count()) before = then->graph().last_change(job).status;
    JobStatus after = now->graph().last_change(job).status;
    if (before != after) diffs.push_back({job, {}, before, after, entries[job]});
  }
  return told(diffs);
}

TEST_CASE("a diff is that of a fold up to each version, page by page", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 4; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(250);
    const State& state = run.state();
    auto versions = static_cast<std::uint32_t>(state.version()) + 1;
    for (int i = 0; i < 20; ++i) {
      std::uint64_t from = run.random().below(versions);
      std::uint64_t to = from + run.random().below(versions - static_cast<std::uint32_t>(from));
      const std::string& team = run.random().any(RandomHistory::teams());
      INFO(team << " from " << from << " to " << to);
      std::vector<StatusDiff> all;
      std::size_t most = 1 + run.random().below(30);
      for (JobNumber first = 0;;) {
        auto page =
            projections::status_diff(state.graph(), team, {from, to, first, most}, state.locked());
        all.insert(all.end(), page.begin(), page.end());
        if (page.size() < most) break;
        first = page.back().job + 1;
      }
      REQUIRE(told(all) == by_folds(run, team, from, to));
    }
  }
}

}  // namespace
}  // namespace jobledger::tests
