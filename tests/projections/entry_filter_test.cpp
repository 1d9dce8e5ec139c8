#include "projections/entry_filter.h"

#include <catch2/catch.hpp>

#include "tests/support/history_run.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using projections::entries_matching;
using projections::EntryFilter;
using Entries = std::vector<std::uint64_t>;

/// The range, asked for piece by piece: as of the end of each, as a follower does.
Entries in_pieces(projections::State& state, const ledger::Store& store, const EntryFilter& filter,
                  std::uint64_t version, RandomHistory& random) {
  Entries all;
  for (std::uint64_t from = 0; from < version;) {
    std::uint64_t end = std::min<std::uint64_t>(version, from + 1 + random.below(9));
    std::size_t most = 1 + random.below(4);
    Entries some = entries_matching(state, store, filter, {from, end, most});
    all.insert(all.end(), some.begin(), some.end());
    from = some.size() < most ? end : some.back() + 1;
  }
  return all;
}

std::vector<EntryFilter> filters_of(HistoryRun& run) {
  std::vector<EntryFilter> filters;
  const projections::JobGraph& graph = run.state().graph();
  for (const std::string& team : RandomHistory::teams()) {
    EntryFilter of_team;
    of_team.reach = team;
    filters.push_back(of_team);
    for (int i = 0; i < 6; ++i) {
      EntryFilter filter = of_team;
      if (run.random().one_in(3)) {
        filter.type = static_cast<ledger::CommandKind>(run.random().below(ledger::kCommandKinds));
      }
      if (graph.job_count() > 0 && run.random().one_in(2)) {
        filter.job = graph.row(run.random().below(graph.job_count())).id;
      }
      if (graph.batch_count() > 0 && !run.random().one_in(3)) {
        filter.batch = graph.batch(run.random().below(graph.batch_count())).id;
      }
      filters.push_back(filter);
    }
  }
  return filters;
}

TEST_CASE("ranges one after the other give what one over all gives", "[random]") {
  std::uint64_t seed = seed_or(77);
  INFO("TEST_SEED=" << seed);
  HistoryRun run(seed);
  run.steps(400);
  std::uint64_t version = run.state().version();
  for (const EntryFilter& filter : filters_of(run)) {
    Entries whole = entries_matching(run.state(), run.store(), filter, {0, version});
    CHECK(in_pieces(run.state(), run.store(), filter, version, run.random()) == whole);
  }
}

TEST_CASE("a few new entries of a large batch are found as a look at all its jobs finds them") {
  LedgerFixture ledger;
  std::string forest;
  for (int i = 0; i < 100; ++i) {
    std::string n = std::to_string(i);
    forest += " j" + n + "(x" + n + " y" + n + ")";
  }
  ledger.submit_batch("B", forest);
  ledger.run("submit q(r); claim x1; progress x1 40; claim r; finish x1; fail x2 no; cancel j3");
  ledger.run(
      "cancel q; cancel j3; claim y7; stop y7; stopped y7; cancel-batch B; claim y4; cancel j5; "
      "expire r; cancel-batch B");
  ledger.run(
      "undo 1; scopes jobs:read; undo 7; scopes jobs:cancel; undo 7; undo 7; undo 7; undo 1");
  EntryFilter filter;
  filter.reach = ledger.team();
  filter.batch = ledger.id("B");
  std::uint64_t version = ledger.state().version();
  Entries whole = entries_matching(ledger.state(), ledger.store(), filter, {0, version});
  CHECK(whole.size() > 5);
  CHECK(whole.size() < version - 3);
  projections::BatchLookup lookup(ledger.state(), 0);
  for (std::uint64_t from = 0; from < version; ++from) {
    for (std::uint64_t end = from + 1; end <= version; ++end) {
      Entries expected;
      for (std::uint64_t entry : whole) {
        if (entry >= from && entry < end) expected.push_back(entry);
      }
      INFO(from << " to " << end);
      CHECK(entries_matching(ledger.state(), ledger.store(), filter, {from, end}) == expected);
    }
  }
  // Both ways were tried.
  CHECK(lookup.prefers_entries({0, 1}));
  CHECK_FALSE(lookup.prefers_entries({0, version}));
}

}  // namespace
}  // namespace jobledger::tests
