#include "projections/retried_jobs.h"

#include <catch2/catch.hpp>
#include <map>

#include "projections/log_reader.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using projections::RetriedJob;

std::string told(const std::vector<RetriedJob>& jobs) {
  std::string text;
  for (const RetriedJob& job : jobs) {
    text += (text.empty() ? "" : "; ") + job.id.text() + " " + std::string(name_of(job.status)) +
            " " + std::to_string(job.lease_ends) + " last " + std::to_string(job.last_lease_end);
  }
  return text;
}

std::string told(LedgerFixture& ledger, std::uint32_t lease_ends, std::uint64_t version,
                 ledger::JobNumber first = 0, std::size_t most = 100) {
  const auto& state = ledger.state();
  return ledger.names().in(
      told(projections::retried_jobs(state, "acme", lease_ends, first, most, version)));
}

TEST_CASE("a job counts the ends of its leases, whatever became of it") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b; submit c");                    // 0 to 2
  ledger.run("claim a; expire a; claim a; expire a; claim a");   // 3 to 7
  ledger.run("claim b; expire b; claim b; finish b; cancel c");  // 8 to 12
  CHECK(told(ledger, 1, 13) == "a render:dorender 2 last 6; b finished 1 last 9");
  CHECK(told(ledger, 2, 13) == "a render:dorender 2 last 6");
  CHECK(told(ledger, 3, 13) == "");
  CHECK(told(ledger, 1, 13, 1) == "b finished 1 last 9");
  CHECK(told(ledger, 1, 13, 0, 1) == "a render:dorender 2 last 6");
  CHECK(told(ledger, 1, 6) == "a render:dorender 1 last 4");
  CHECK(told(ledger, 1, 4) == "");
}

TEST_CASE("a lease end that ended the job counts, too") {
  LedgerFixture ledger;
  ledger.rules.max_attempts = 2;
  ledger.run("submit a; claim a; expire a; claim a; expire a");  // 0 to 4
  ledger.run("submit b; claim b; stop b; expire b");             // 5 to 8
  CHECK(told(ledger, 1, 9) == "a error 2 last 4; b manually_cancelled 1 last 8");
}

TEST_CASE("retried jobs of random histories are those that the log tells", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 6; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(300);
    auto count = static_cast<std::uint32_t>(run.state().version());
    for (int i = 0; i < 10; ++i) {
      std::uint64_t version = run.random().below(count + 1);
      std::map<ledger::JobNumber, RetriedJob> jobs;
      projections::LogReader log(run.store());
      for (std::uint64_t index = 0; index < version; ++index) {
        const ledger::Entry& entry = log.entry(index);
        for (const ledger::Event& event : entry.events) {
          if (event.number == ledger::kNoJob || event.before == event.after) continue;
          RetriedJob& job = jobs[event.number];
          job.id = event.subject;
          job.status = event.after;
          bool lease_ended = entry.command.kind == ledger::CommandKind::expire_lease &&
                             event.before == ledger::JobStatus::rendering;
          if (!lease_ended) continue;
          ++job.lease_ends;
          job.last_lease_end = index;
        }
      }
      std::uint32_t least = 1 + run.random().below(2);
      std::vector<RetriedJob> expected;
      for (const auto& [number, job] : jobs) {
        if (job.lease_ends >= least) expected.push_back(job);
      }
      REQUIRE(told(projections::retried_jobs(run.state(), std::nullopt, least, 0, 1'000'000,
                                             version)) == told(expected));
    }
  }
}

}  // namespace
}  // namespace jobledger::tests
