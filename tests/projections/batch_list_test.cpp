#include "projections/batch_list.h"

#include <catch2/catch.hpp>

#include "projections/job_reader.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::BatchStatus;
using projections::BatchFilter;
using projections::ListedBatch;
using projections::State;

std::string told(const ledger::BatchCounts& counts) {
  return std::string(name_of(counts.status())) + " " + std::to_string(counts.total) + " " +
         std::to_string(counts.finished) + " " + std::to_string(counts.error) + " " +
         std::to_string(counts.cancelled) + " " + std::to_string(counts.pending);
}

std::string told(const std::vector<ListedBatch>& batches) {
  std::string text;
  for (const ListedBatch& batch : batches) {
    text +=
        batch.id.text() + " of " + std::to_string(batch.total) + ": " + told(batch.counts) + "\n";
  }
  return text;
}

TEST_CASE("a batch is processing until its last job ends, and finished if any finished") {
  LedgerFixture ledger;
  ledger.run("batch B x y(z) -; claim x; finish x; cancel y; batch C u; cancel u");
  auto status = [&](std::size_t place, std::uint64_t version) {
    auto found = projections::list_batches(ledger.state().graph(), {"acme", {}}, 9, version,
                                           ledger.state().locked());
    return told(found.at(place).counts);
  };
  CHECK(status(0, 1) == "processing 2 0 0 0 2");
  CHECK(status(0, 3) == "processing 2 1 0 0 1");
  CHECK(status(0, 4) == "finished 2 1 1 1 0");
  CHECK(status(0, 5) == "processing 1 0 0 0 1");
  CHECK(status(0, 6) == "error 1 0 1 1 0");
  CHECK(status(1, 6) == "finished 2 1 1 1 0");
}

TEST_CASE("a list over many batches lets the fold in, and a page costs what is on it") {
  LedgerFixture ledger;
  for (int i = 0; i < 20; ++i) {
    std::string name = "B" + std::to_string(i);
    std::string forest;
    for (int job = 0; job < 500; ++job) forest += " " + name + "-" + std::to_string(job);
    ledger.submit_batch(name, forest);
  }
  int slices = 0;
  auto locked = [&](const std::function<void()>& work) {
    ++slices;
    work();
  };
  const auto& graph = ledger.state().graph();
  CHECK(projections::list_batches(graph, {"acme", {}}, 100, 20, locked).size() == 20);
  CHECK(slices >= 3);
  slices = 0;
  CHECK(projections::list_batches(graph, {"acme", {}}, 2, 20, locked).size() == 2);
  CHECK(slices == 2);
  CHECK(projections::list_batches(graph, {"acme", BatchStatus::error}, 2, 20, locked).empty());
}

/// The same by the reader of single batches.
std::vector<ListedBatch> one_by_one(HistoryRun& run, const State& state, const BatchFilter& filter,
                                    std::size_t most) {
  projections::LogReader log(run.store());
  projections::JobReader reader(state, log, state.version());
  std::vector<ListedBatch> found;
  const auto& batches = run.model().batches();
  for (std::size_t i = batches.size(); i-- > 0 && found.size() < most;) {
    if (i < filter.first || i >= filter.last) continue;
    auto record = reader.find_batch(std::string(*filter.team), batches[i].id);
    if (!record) continue;
    ListedBatch batch{static_cast<std::uint32_t>(i), record->id, record->total, 0, {}};
    for (const auto& item : record->jobs) batch.counts.add(item.job.status);
    if (!filter.status || batch.counts.status() == *filter.status) found.push_back(batch);
  }
  return found;
}

TEST_CASE("a list of batches as of an old version is that of a fold up to it", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 4; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(250);
    RandomHistory& random = run.random();
    auto count = static_cast<std::uint32_t>(run.model().batches().size()) + 1;
    for (int i = 0; i < 20; ++i) {
      std::uint64_t version = random.below(static_cast<std::uint32_t>(run.state().version()) + 1);
      BatchFilter filter;
      filter.team = random.any(RandomHistory::teams());
      if (random.one_in(2)) filter.status = static_cast<BatchStatus>(random.below(3));
      if (random.one_in(3)) filter.first = random.below(count);
      if (random.one_in(3)) filter.last = random.below(count);
      std::size_t most = 1 + random.below(10);
      INFO(*filter.team << " as of " << version);
      auto fresh = fold_up_to(run.store(), version);
      REQUIRE(told(projections::list_batches(run.state().graph(), filter, most, version,
                                             run.state().locked())) ==
              told(one_by_one(run, *fresh, filter, most)));
    }
  }
}

}  // namespace
}  // namespace jobledger::tests
