#include <catch2/catch.hpp>

#include "daemon/webhooks/notices.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::webhooks {
namespace {

using tests::LedgerFixture;

/// What the last entry tells of: `job.cancelled a; batch.finished B; cascade.cancelled`.
std::string told(LedgerFixture& ledger, std::string_view lines) {
  ledger.run(lines);
  std::string text;
  for (const Notice& notice :
       notices_of(ledger.entry(ledger.state().version() - 1), ledger.state())) {
    text += (text.empty() ? "" : "; ") + std::string(name_of(notice.event));
    if (!notice.subject.is_nil()) text += ' ' + ledger.names().of(notice.subject);
  }
  return text;
}

}  // namespace

TEST_CASE("each job that becomes final is told of, and nothing else") {
  LedgerFixture ledger;
  CHECK(told(ledger, "submit a").empty());
  CHECK(told(ledger, "claim a").empty());
  CHECK(told(ledger, "progress a 50").empty());
  CHECK(told(ledger, "finish a") == "job.finished a");
  CHECK(told(ledger, "cancel a").empty());  // refused
  CHECK(told(ledger, "submit b; claim b; expire b").empty());
  CHECK(told(ledger, "claim b; fail b broken") == "job.error b");
}

TEST_CASE("a cancel tells of each job it takes, and once of itself") {
  LedgerFixture ledger;
  CHECK(told(ledger, "submit p(a b); claim a; cancel b") ==
        "job.cancelled b; job.cancelled p; cascade.cancelled");
  CHECK(told(ledger, "finish a") == "job.finished a");  // left alone then
}

TEST_CASE("what a child's error ends is told of") {
  LedgerFixture ledger;
  CHECK(told(ledger, "submit p(a b c); claim a; fail a broken") ==
        "job.error a; job.error p; job.cancelled b; job.cancelled c; cascade.cancelled");
}

TEST_CASE("a stop is told of when it has come to something") {
  LedgerFixture ledger;
  CHECK(told(ledger, "submit a; claim a; stop a").empty());
  CHECK(told(ledger, "stopped a") == "job.cancelled a; cascade.cancelled");
}

TEST_CASE("an undo tells of nothing, and the job is told of when it is final again") {
  LedgerFixture ledger;
  CHECK(told(ledger, "submit a; cancel a") == "job.cancelled a; cascade.cancelled");
  CHECK(told(ledger, "undo 1").empty());
  CHECK(told(ledger, "claim a; finish a") == "job.finished a");
}

TEST_CASE("a batch is told of with the last of its top-level jobs") {
  LedgerFixture ledger;
  CHECK(told(ledger, "batch B x y(z) -; claim x; finish x") == "job.finished x");
  CHECK(told(ledger, "claim z; finish z") == "job.finished z");
  CHECK(told(ledger, "cancel y") == "job.cancelled y; batch.finished B; cascade.cancelled");
  // Reinstated and ended again, it is over again.
  std::string undo = "undo " + std::to_string(ledger.state().version() - 1);
  CHECK(told(ledger, undo).empty());
  CHECK(told(ledger, "claim y; finish y") == "job.finished y; batch.finished B");
}

TEST_CASE("one entry may end several batches") {
  LedgerFixture ledger;
  ledger.run("batch B x; batch C y; batch D z w");
  CHECK(told(ledger, "cancel-many x y z") ==
        "job.cancelled x; batch.finished B; job.cancelled y; batch.finished C; job.cancelled z; "
        "cascade.cancelled");
}

TEST_CASE("what an entry tells of is the same later, and after a refold") {
  LedgerFixture ledger;
  ledger.run("batch B x y(z); cancel-batch B");
  const std::uint64_t index = ledger.state().version() - 1;
  const std::vector<Notice> then = notices_of(ledger.entry(index), ledger.state());
  CHECK(then.size() == 5);
  ledger.run("undo 1; claim x; finish x");
  CHECK(notices_of(ledger.entry(index), ledger.state()) == then);
  ledger.refold();
  CHECK(notices_of(ledger.entry(index), ledger.state()) == then);
}

TEST_CASE("a cascade of thousands is told of whole") {
  LedgerFixture ledger;
  std::string tree = "p(";
  for (int i = 0; i < 3000; ++i) tree += (i ? " c" : "c") + std::to_string(i);
  ledger.run("submit " + tree + "); cancel p");
  CHECK(notices_of(ledger.entry(1), ledger.state()).size() == 3002);
}

}  // namespace jobledger::daemon::webhooks
