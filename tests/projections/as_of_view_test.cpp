#include "projections/as_of_view.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::JobFacts;
using ledger::JobNumber;
using projections::AsOfView;
using projections::State;

std::string text_of(const JobFacts& job) {
  return job.id.text() + " #" + std::to_string(job.number) + " under " +
         std::to_string(job.parent) + " children " + std::to_string(job.first_child) + "+" +
         std::to_string(job.child_count) + " " + std::string(name_of(job.status)) + " by " +
         std::to_string(job.status_entry) + " stop " +
         (job.stop_entry ? std::to_string(*job.stop_entry) : "-") + "\n";
}

std::string all_facts(const State& state, const ledger::CascadeView& view, std::uint64_t version) {
  std::string text;
  for (JobNumber job = 0; job < state.graph().job_count(version); ++job) {
    text += text_of(view.facts(job));
  }
  return text;
}

TEST_CASE("a view as of a version is that of a writer whose head it is", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 4; seed < last; ++seed) {
    HistoryRun run(seed);
    run.steps(200);
    State then;
    for (std::uint64_t version = 1; version <= run.state().version(); ++version) {
      fold_on(run.store(), then, version);
      INFO("TEST_SEED=" << seed << " version " << version);
      AsOfView view = run.state().as_of(version);
      REQUIRE(all_facts(run.state(), view, version) == all_facts(then, then.jobs(), version));
      REQUIRE(all_facts(run.state(), *run.state().jobs().as_of(version), version) ==
              all_facts(then, then.jobs(), version));
    }
  }
}

TEST_CASE("a view as of a version knows what there was then, and whose it was") {
  LedgerFixture ledger;
  ledger.run("submit a; batch B x y; as other; submit o");
  AsOfView first = ledger.state().as_of(1);
  CHECK(first.find_job("acme", ledger.id("a")) == 0);
  CHECK_FALSE(first.find_job("other", ledger.id("a")));
  CHECK_FALSE(first.find_job("acme", ledger.id("x")));
  CHECK_FALSE(first.find_batch("acme", ledger.id("B")));
  std::unique_ptr<ledger::CascadeView> third = first.as_of(3);
  CHECK(third->find_job("acme", ledger.id("x")) == 1);
  CHECK(third->find_batch("acme", ledger.id("B"))->first == 1);
  CHECK(third->find_batch("acme", ledger.id("B"))->count == 2);
  CHECK_FALSE(third->find_batch("other", ledger.id("B")));
  CHECK_FALSE(third->find_job("acme", ledger.id("o")));
}

TEST_CASE("a view tells since when a job is to stop, and by what it stopped") {
  LedgerFixture ledger;
  ledger.run("submit a; claim; stop a; undo 2; stop a; stopped a; undo 4; claim");
  //          0         1      2       3       4       5          6       7
  std::vector<std::optional<std::uint64_t>> asked;
  std::vector<bool> stopping;
  for (std::uint64_t version = 1; version <= 8; ++version) {
    JobFacts job = ledger.state().as_of(version).facts(0);
    asked.push_back(job.stop_entry);
    stopping.push_back(job.stopping());
    CHECK(job.status_entry == version - 1);
  }
  std::optional<std::uint64_t> none;
  CHECK(asked == std::vector<std::optional<std::uint64_t>>{none, none, 2, none, 4, 4, none, none});
  CHECK(stopping == std::vector<bool>{false, false, true, false, true, false, false, false});
}

}  // namespace
}  // namespace jobledger::tests
