#include "tests/ledger/table.h"

namespace jobledger::tests {

TEST_CASE("a cancel may ask the worker of a rendering job to stop", "[decide][stop]") {
  check({
      {"a job without relatives", "submit a; claim", "stop a", "stop a requested"},
      {"its relatives that wait are cancelled at once", "submit p(a b); claim a", "stop a",
       "stop a requested; cancelled p child<a; cancelled b sibling<a"},
      {"those that render are asked too", "submit p(a b c); claim a; claim b", "stop a",
       "stop a requested; cancelled p child<a; stop b sibling<a; cancelled c sibling<a"},
      {"from a parent down", "submit p(a b); claim a", "stop p",
       "cancelled p requested; stop a parent<p; cancelled b parent<p"},
      {"from a sibling", "submit p(a b); claim a", "stop b",
       "cancelled b requested; cancelled p child<b; stop a sibling<b"},
      {"a parent that renders is asked, its finished children are left alone",
       "submit p(a b); claim a; finish a; claim b; finish b; claim p", "stop p",
       "stop p requested; skipped a finished parent<p; skipped b finished parent<p"},
      {"up, beside and down like one that is cancelled", "submit r(p(a) q(b c)); claim b", "stop b",
       "stop b requested; cancelled q child<b; cancelled c sibling<b; cancelled r child<q; "
       "cancelled p sibling<q; cancelled a parent<p"},
      {"a waiting job is cancelled as ever", "submit a", "stop a", "cancelled a requested"},
      {"without asking for it nothing changes", "submit a; claim", "cancel a",
       "refused not_cancellable a:render:dorender"},
      {"one that has ended is refused", "submit a; claim; finish a", "stop a",
       "refused not_cancellable a:finished"},
      {"a list, each in the order of the request", "submit a; submit b; claim a", "stop b a",
       "cancelled b requested; stop a requested"},
      {"a list is all or nothing", "submit a; submit b; claim a; submit c; cancel c", "stop a b c",
       "refused not_cancellable c:manually_cancelled"},
      {"a batch", "batch B x y(z); claim x; claim z", "stop-batch B",
       "stop x batch; cancelled y batch; stop z parent<y"},
      {"no job of another team", "submit a; claim; as other", "stop a", "refused job_not_found a"},
  });
}

TEST_CASE("a job is asked to stop once", "[decide][stop]") {
  check({
      {"asked again", "submit a; claim; stop a", "stop a",
       "refused not_cancellable a:render:dorender"},
      {"as one of a list", "submit a; claim; stop a; submit b", "stop b a",
       "refused not_cancellable a:render:dorender"},
      {"as one of a batch it is left alone", "batch B x y; claim x; stop x", "stop-batch B",
       "skipped x render:dorender batch; cancelled y batch"},
      {"as a relative too", "submit p(a b); claim a; cancel p; stop a; undo 2", "stop b",
       "cancelled b requested; cancelled p child<b; skipped a render:dorender sibling<b"},
      {"a new run may be asked again", "submit a; claim; stop a; stopped a; undo 2; claim",
       "stop a", "stop a requested"},
  });
  LedgerFixture ledger;
  auto receipt = ledger.run("submit a; claim; stop a; stop a");
  CHECK(receipt.refusal->offenders.at(0).note == "it has been asked to stop already");
  CHECK(receipt.refusal->offenders.at(0).entry == 2);
}

TEST_CASE("a job that was asked to stop is cancelled when its worker says so", "[decide][stop]") {
  check({
      {"alone", "submit a; claim; stop a", "stopped a", "cancelled a stopped"},
      {"with the progress it had", "submit a; claim; progress a 40; stop a; progress a 60",
       "stopped a", "cancelled a stopped"},
      {"relatives that ended with the request are not told again", "submit p(a b); claim a; stop a",
       "stopped a", "cancelled a stopped"},
      {"those that were asked with it follow by themselves",
       "submit p(a b); claim a; claim b; stop a", "stopped a", "cancelled a stopped"},
      {"not asked", "submit a; claim", "stopped a", "refused no_stop_requested a:render:dorender"},
      {"not asked, said again", "submit a; claim; stopped a", "stopped a",
       "refused no_stop_requested a:render:dorender (not recorded)"},
      {"said too early, and then asked", "submit a; claim; stopped a; stop a", "stopped a",
       "cancelled a stopped"},
      {"said twice", "submit a; claim; stop a; stopped a", "stopped a",
       "refused job_final a:manually_cancelled"},
      {"said three times", "submit a; claim; stop a; stopped a; stopped a", "stopped a",
       "refused job_final a:manually_cancelled (not recorded)"},
      {"said by a worker that lost it", "submit a; claim; expire a; claim; stop a", "stopped a 1",
       "refused stale_lease a:render:dorender"},
      {"on a job that waits", "submit a", "stopped a", "refused stale_lease a:queued"},
      {"on a job of another team", "submit a; claim; stop a; as other", "stopped a",
       "refused job_not_found a"},
      {"nobody knows it", "", "stopped ?a", "refused job_not_found ?a"},
  });
  LedgerFixture ledger;
  auto receipt = ledger.run("submit a; claim; progress a 40; stop a; stopped a");
  // Entry 2 is the report, entry 3 the request that this carries out.
  auto end = receipt.entry->events.at(0).as<ledger::EndDetail>();
  CHECK(end.progress == ledger::ProgressLink{40, 2});
  CHECK(receipt.entry->command.entry == 3);
}

TEST_CASE("a job that stops takes along what has come to wait beside it", "[decide][stop]") {
  // Entry 2 is the cancel of the parent, which left a alone; its undo comes after the stop of a.
  const std::string given = "submit p(a b); claim a; cancel p; stop a; undo 2";
  check({
      {"when its worker says so", given, "stopped a",
       "cancelled a stopped; cancelled p child<a; cancelled b sibling<a"},
      {"when its lease ends", given, "expire a",
       "cancelled a lease-ended; cancelled p child<a; cancelled b sibling<a"},
      {"what renders meanwhile is left alone", given + "; claim b", "stopped a",
       "cancelled a stopped; cancelled p child<a"},
  });
}

TEST_CASE("a worker may be quicker than the stop", "[decide][stop]") {
  check({
      {"it has finished", "submit a; claim; stop a", "finish a", "finished a"},
      {"its cancelled parent sleeps on", "submit p(a); claim a; stop a", "finish a", "finished a"},
      {"stopped comes too late", "submit a; claim; stop a; finish a", "stopped a",
       "refused job_final a:finished"},
      {"it has failed", "submit p(a b); claim a; stop a", "fail a boom", "failed a 'boom'"},
      {"it goes on meanwhile", "submit a; claim; stop a", "progress a 30", "progressed a 0->30"},
  });
}

TEST_CASE("a job whose lease ends with a stop pending is cancelled", "[decide][stop]") {
  check({
      {"instead of being put back", "submit a; claim; stop a", "expire a",
       "cancelled a lease-ended"},
      {"the worker comes too late", "submit a; claim; stop a; expire a", "stopped a",
       "refused job_final a:manually_cancelled"},
      {"the lease ends once", "submit a; claim; stop a; expire a", "expire a", "nothing"},
      {"it ends after the worker stopped", "submit a; claim; stop a; stopped a", "expire a",
       "nothing"},
      {"a stop that was withdrawn is none", "submit a; claim; stop a; undo 2", "expire a",
       "requeued a lease-ended"},
  });
  LedgerFixture ledger;
  CHECK(ledger.run("submit a; claim; stop a; expire a").entry->command.entry == 2);
}

TEST_CASE("a job whose leases end too often ends in error", "[decide][attempts]") {
  ledger::Rules rules;
  rules.max_attempts = 2;
  const std::string error = "its lease ended 2 times without a report of its end";
  check(
      {
          {"not the first time", "submit a; claim", "expire a", "requeued a lease-ended"},
          {"the last time", "submit a; claim; expire a; claim; progress a 20", "expire a",
           "failed a at 20 '" + error + "' lease-ended"},
          {"and its parent with it", "submit p(a b); claim a; expire a; claim a", "expire a",
           "failed a '" + error + "' lease-ended; failed p 'child a failed: " + error +
               "' child-failed<a; cancelled b child-failed<a"},
          {"leases of others do not count", "submit a; submit b; claim a; expire a; claim b",
           "expire b", "requeued b lease-ended"},
          {"words to the worker do not count", "submit a; claim; stop a; undo 2; stop a; undo 4",
           "expire a", "requeued a lease-ended"},
          {"but the leases around them do",
           "submit a; claim; stop a; undo 2; expire a; claim; stop a; undo 6", "expire a",
           "failed a '" + error + "' lease-ended"},
          {"a run that was stopped does not count",
           "submit a; claim; stop a; stopped a; undo 2; claim", "expire a",
           "requeued a lease-ended"},
          {"a stop comes before it", "submit a; claim; expire a; claim; stop a", "expire a",
           "cancelled a lease-ended"},
      },
      rules);
}

TEST_CASE("a job is given up after as many leases as it really had", "[decide][attempts]") {
  LedgerFixture ledger;
  ledger.run("submit a; claim; expire a; claim; expire a; claim");
  ledger.rules.max_attempts = 1;
  CHECK(ledger.outcome("expire a") ==
        "failed a 'its lease ended 3 times without a report of its end' lease-ended");
}

}  // namespace jobledger::tests
