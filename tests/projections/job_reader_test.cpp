#include "projections/job_reader.h"

#include <catch2/catch.hpp>

#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using projections::JobReader;
using projections::JobRecord;
using projections::LogReader;

/// Minutes since the first command.
std::string minutes(LedgerFixture& ledger, const std::optional<ledger::TimeMs>& time) {
  if (!time) return "-";
  return std::to_string((*time - ledger.entry(0).time) / 60'000);
}

/// The status, the progress, and when it was updated, started and ended, and its error.
std::string read(LedgerFixture& ledger, std::string_view job, std::uint64_t version = ~0ull) {
  LogReader log(ledger.store());
  version = std::min(version, ledger.state().version());
  JobRecord record = *JobReader(ledger.state(), log, version).find(ledger.team(), ledger.id(job));
  CHECK(record.error.has_value() == record.error_at.has_value());
  return std::string(name_of(record.status)) + ' ' + std::to_string(record.progress) +
         "% updated " + minutes(ledger, record.updated_at) + " started " +
         minutes(ledger, record.started_at) + " ended " + minutes(ledger, record.error_at) + " '" +
         record.error.value_or("") + "'";
}

/// Each line a minute after the one before.
void run(LedgerFixture& ledger, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) ledger.run(line + "; wait 60000");
}

TEST_CASE("a job that was asked to stop renders on") {
  LedgerFixture ledger;
  run(ledger, {"submit a", "claim", "progress a 40", "stop a", "progress a 60", "stopped a"});
  CHECK(read(ledger, "a", 3) == "render:dorender 40% updated 2 started 1 ended - ''");
  CHECK(read(ledger, "a", 4) == "render:dorender 40% updated 3 started 1 ended - ''");
  CHECK(read(ledger, "a", 5) == "render:dorender 60% updated 4 started 1 ended - ''");
  CHECK(read(ledger, "a") ==
        "manually_cancelled 60% updated 5 started 1 ended 5 'manually cancelled'");
}

TEST_CASE("a job that stopped tells why it was asked to") {
  for (const char* end : {"stopped a", "expire a"}) {
    LedgerFixture ledger;
    run(ledger,
        {"submit p(a b)", "claim a", "progress a 40", "reason budget; stop a", "reason -", end});
    CHECK(read(ledger, "a") ==
          "manually_cancelled 40% updated 5 started 1 ended 5 'manually cancelled: budget'");
    CHECK(read(ledger, "b") ==
          "manually_cancelled 0% updated 3 started - ended 3 'manually cancelled: budget'");
    run(ledger, {"undo 3"});
    CHECK(read(ledger, "a") == "queued 0% updated 6 started - ended - ''");
    CHECK(read(ledger, "p") == "pending 0% updated 6 started - ended - ''");
    run(ledger, {"claim a"});
    CHECK(read(ledger, "a") == "render:dorender 0% updated 7 started 7 ended - ''");
  }
}

TEST_CASE("what a stopped job takes along tells why the stop was asked for") {
  LedgerFixture ledger;
  run(ledger, {"submit p(a b)", "claim a", "cancel b", "reason budget; stop a", "reason -; undo 2",
               "stopped a"});
  CHECK(read(ledger, "b") ==
        "manually_cancelled 0% updated 5 started - ended 5 'manually cancelled: budget'");
}

TEST_CASE("the last request to stop is the one that counts") {
  LedgerFixture ledger;
  run(ledger, {"submit a", "claim", "reason first; stop a", "undo 2", "reason second; stop a",
               "reason -; stopped a"});
  CHECK(read(ledger, "a") ==
        "manually_cancelled 0% updated 5 started 1 ended 5 'manually cancelled: second'");
  run(ledger, {"undo 4", "reason third; cancel a"});
  CHECK(read(ledger, "a") ==
        "manually_cancelled 0% updated 7 started - ended 7 'manually cancelled: third'");
}

TEST_CASE("a job that ended before it stopped is what it ended as") {
  LedgerFixture finished;
  run(finished, {"submit a", "claim", "reason budget; stop a", "finish a"});
  CHECK(read(finished, "a") == "finished 100% updated 3 started 1 ended - ''");
  LedgerFixture failed;
  run(failed, {"submit a", "claim", "reason budget; stop a", "fail a boom"});
  CHECK(read(failed, "a") == "error 0% updated 3 started 1 ended 3 'boom'");
}

TEST_CASE("what a failed job takes along tells no reason of a stop that was asked for") {
  for (const char* before : {"reason budget; stop a; reason -; undo 2",  // it is withdrawn
                             "cancel b; reason budget; stop a; reason -; undo 2"}) {  // it stands
    LedgerFixture ledger;
    ledger.run("submit p(a b); claim a");
    run(ledger, {before, "fail a boom"});
    CHECK(read(ledger, "a") == "error 0% updated 1 started 0 ended 1 'boom'");
    CHECK(read(ledger, "b") ==
          "manually_cancelled 0% updated 1 started - ended 1 'manually cancelled'");
  }
}

TEST_CASE("a job that was told to go on is as if it had not been asked") {
  LedgerFixture ledger;
  run(ledger, {"submit a", "claim", "progress a 40", "reason budget; stop a", "undo 3"});
  CHECK(read(ledger, "a") == "render:dorender 40% updated 4 started 1 ended - ''");
  run(ledger, {"progress a 60", "expire a"});
  CHECK(read(ledger, "a", 6) == "render:dorender 60% updated 5 started 1 ended - ''");
  CHECK(read(ledger, "a") == "queued 0% updated 6 started - ended - ''");
}

TEST_CASE("a job that was given up tells how often its lease ended") {
  ledger::Rules rules;
  rules.max_attempts = 2;
  LedgerFixture ledger(rules);
  run(ledger, {"submit p(a)", "claim a", "expire a", "claim a", "progress a 30", "expire a"});
  std::string error = "its lease ended 2 times without a report of its end";
  CHECK(read(ledger, "a") == "error 30% updated 5 started 3 ended 5 '" + error + "'");
  CHECK(read(ledger, "p") == "error 0% updated 5 started - ended 5 'child " +
                                 ledger.id("a").text() + " failed: " + error + "'");
}

TEST_CASE("many jobs are read at once as each alone, with stops among them") {
  LedgerFixture ledger;
  run(ledger, {"submit p(a b c)", "claim a", "claim b", "progress a 20", "reason budget; stop a",
               "progress b 50", "stopped b", "progress a 70", "expire a", "undo 4"});
  for (std::uint64_t version = 1; version <= ledger.state().version(); ++version) {
    LogReader log(ledger.store());
    JobReader reader(ledger.state(), log, version);
    std::vector<JobRecord> all = reader.read_all({3, 1, 0, 2});
    for (const JobRecord& record : all) {
      JobRecord alone = reader.read(record.number);
      CHECK(record.progress == alone.progress);
      CHECK(record.updated_at == alone.updated_at);
      CHECK(record.error == alone.error);
    }
  }
}

}  // namespace
}  // namespace jobledger::tests
