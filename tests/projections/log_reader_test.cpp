#include "projections/log_reader.h"

#include <catch2/catch.hpp>

#include "projections/job_reader.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using projections::JobReader;
using projections::JobRecord;
using projections::LogReader;

ledger::Rules with_urls() {
  ledger::Rules rules;
  rules.output_url_template = "https://out.test/{id}";
  return rules;
}

std::uint64_t size_of(LedgerFixture& ledger, std::uint64_t first, std::uint64_t last) {
  std::uint64_t bytes = 0;
  for (std::uint64_t index = first; index < last; ++index) {
    bytes += ledger.store().entry(index)->size();
  }
  return bytes;
}

TEST_CASE("a reader fetches an entry once, whatever parts of it are asked for") {
  LedgerFixture ledger;
  ledger.envelope.reason = "because";
  ledger.run("submit p(a b); cancel p");
  ledger::Entry cancel = ledger.entry(1);
  LogReader log(ledger.store());
  CHECK(log.head(1).envelope == cancel.envelope);
  CHECK(log.head(0).time == kNewYear);
  for (std::size_t place = 0; place < cancel.events.size(); ++place) {
    CHECK(log.event(1, place) == cancel.events[place]);
  }
  CHECK(log.excerpt(1, 2).events.size() == 1);
  CHECK(log.entry(1) == cancel);
  log.leaf_hash(1);
  log.leaf_hash(0);
  CHECK(log.bytes_read() == size_of(ledger, 0, 2));
}

TEST_CASE("what is at hand already is not fetched") {
  LedgerFixture ledger;
  ledger::Receipt receipt = ledger.run("submit p(a b)");
  LogReader log(ledger.store(), receipt.entry);
  CHECK(log.entry(0) == *receipt.entry);
  CHECK(log.head(0).envelope == receipt.entry->envelope);
  CHECK(log.event(0, 2) == receipt.entry->events[2]);
  CHECK(log.bytes_read() == 0);
}

TEST_CASE("an entry that is not there is said to be missing") {
  LedgerFixture ledger;
  LogReader log(ledger.store());
  CHECK_THROWS_AS(log.head(7), projections::StorageError);
}

TEST_CASE("a reader of many entries keeps few of them") {
  LedgerFixture ledger;
  for (int i = 0; i < 40; ++i) ledger.submit("j" + std::to_string(i));
  LogReader log(ledger.store());
  for (std::uint64_t index = 0; index < 40; ++index) log.head(index);
  log.head(39);
  CHECK(log.bytes_read() == size_of(ledger, 0, 40));
  log.head(0);
  CHECK(log.bytes_read() == size_of(ledger, 0, 40) + size_of(ledger, 0, 1));
}

TEST_CASE("a list that goes to and fro between entries fetches each of them once") {
  LedgerFixture ledger(with_urls());
  constexpr ledger::JobNumber kTrees = 40;
  for (ledger::JobNumber i = 0; i < kTrees; ++i) {
    std::string n = std::to_string(i);
    ledger.submit("p" + n + "(a" + n + " b" + n + ")");
  }
  std::vector<ledger::JobNumber> jobs;
  for (ledger::JobNumber in_tree = 0; in_tree < 3; ++in_tree) {
    for (ledger::JobNumber tree = 0; tree < kTrees; ++tree) jobs.push_back(3 * tree + in_tree);
  }
  LogReader log(ledger.store());
  std::vector<JobRecord> records = JobReader(ledger.state(), log, kTrees).read_all(jobs);
  CHECK(log.bytes_read() == size_of(ledger, 0, kTrees));
  REQUIRE(records.size() == jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    CHECK(records[i].number == jobs[i]);
    CHECK(records[i].output_url == "https://out.test/" + records[i].id.text());
  }
}

TEST_CASE("a list as of an old version follows each run from its end, and fetches no end twice") {
  LedgerFixture ledger(with_urls());
  constexpr std::uint64_t kTrees = 20;
  for (std::uint64_t i = 0; i < kTrees; ++i) {
    std::string n = std::to_string(i);
    ledger.run("submit p" + n + "(a" + n + " b" + n + "); claim a" + n + "; claim b" + n);
  }
  std::uint64_t version = ledger.state().version();
  for (std::uint64_t i = 0; i < kTrees; ++i) {
    std::string n = std::to_string(i);
    ledger.run("finish a" + n + "; finish b" + n);
  }
  std::uint64_t end = ledger.state().version();
  ledger.submit("z");  // by now memory has forgotten the last run, too
  std::vector<ledger::JobNumber> jobs;
  for (ledger::JobNumber in_tree : {1, 2, 0}) {
    for (ledger::JobNumber tree = 0; tree < kTrees; ++tree) jobs.push_back(3 * tree + in_tree);
  }
  LogReader log(ledger.store());
  for (const JobRecord& record : JobReader(ledger.state(), log, version).read_all(jobs)) {
    CHECK(record.progress == 0);
    CHECK(record.own_output_url == false);
  }
  std::uint64_t submissions = 0;
  for (std::uint64_t i = 0; i < kTrees; ++i) submissions += size_of(ledger, 3 * i, 3 * i + 1);
  CHECK(log.bytes_read() == submissions + size_of(ledger, version, end));
}

}  // namespace
}  // namespace jobledger::tests
