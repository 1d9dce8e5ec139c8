#include "tests/ledger/table.h"

namespace jobledger::tests {

TEST_CASE("a claim takes the highest priority, then the oldest", "[decide][worker]") {
  check({
      {"none is there", "", "claim", "nothing"},
      {"none is queued", "submit a; claim", "claim", "nothing"},
      {"the oldest", "submit a; submit b", "claim", "claimed a 300s"},
      {"the highest priority", "submit a; submit b!5; submit c!7; submit d!7", "claim",
       "claimed c 300s"},
      {"a priority below zero comes last", "submit a!-1; submit b", "claim", "claimed b 300s"},
      {"children before their parent", "submit p(a b)", "claim", "claimed a 300s"},
      {"the parent once they have finished", "submit p(a); submit q; claim a; finish a", "claim",
       "claimed p 300s"},
      {"creation order, also after a requeue", "submit a; submit b; claim; expire a", "claim",
       "claimed a 300s"},
      {"not those of another team", "submit a; as other", "claim", "nothing"},
  });
}

TEST_CASE("tags of a claim match on any overlap", "[decide][worker]") {
  check({
      {"one of several", "submit a#red; submit b#blue,green", "claim-tagged green,black",
       "claimed b 300s"},
      {"none", "submit a#red; submit b", "claim-tagged black", "nothing"},
      {"a job without tags is not taken by a claim with some", "submit a; submit b#red",
       "claim-tagged red", "claimed b 300s"},
      {"a claim without tags takes any job", "submit a#red; submit b", "claim", "claimed a 300s"},
      {"priority before age", "submit a#red; submit b#blue!2; submit c!9", "claim-tagged red,blue",
       "claimed b 300s"},
      {"age among equals", "submit a#blue; submit b#red", "claim-tagged red,blue",
       "claimed a 300s"},
      {"each is taken once", "submit a#red,blue; claim-tagged red", "claim-tagged blue", "nothing"},
  });
}

TEST_CASE("a claim may name its job", "[decide][worker]") {
  check({
      {"whatever is before it", "submit a!9; submit b", "claim b", "claimed b 300s"},
      {"it is pending", "submit p(a)", "claim p", "refused not_queued p:pending"},
      {"it renders", "submit a; claim", "claim a", "refused not_queued a:render:dorender"},
      {"it has finished", "submit a; claim; finish a", "claim a", "refused not_queued a:finished"},
      {"it has failed", "submit a; claim; fail a boom", "claim a", "refused not_queued a:error"},
      {"nobody knows it", "submit a", "claim ?b", "refused job_not_found ?b"},
      {"nothing can be called so", "submit a", "claim ~b", "refused job_not_found ~b"},
      {"another team has it", "submit a; as other", "claim a", "refused job_not_found a"},
      {"for as long as it asks", "submit a", "claim a 60", "claimed a 60s"},
  });
  ledger::Rules rules;
  rules.lease_seconds = 10;
  check({{"the usual lease is of the rules", "submit a", "claim", "claimed a 10s"}}, rules);
}

TEST_CASE("progress is recorded in steps", "[decide][worker]") {
  check({
      {"less than a step", "submit a; claim", "progress a 4", "nothing"},
      {"a step", "submit a; claim", "progress a 5", "progressed a 0->5"},
      {"more than one", "submit a; claim", "progress a 40", "progressed a 0->40"},
      {"counted from the last one recorded", "submit a; claim; progress a 40; progress a 43",
       "progress a 45", "progressed a 40->45"},
      {"just short of it", "submit a; claim; progress a 40", "progress a 44", "nothing"},
      {"the same again", "submit a; claim; progress a 40", "progress a 40", "nothing"},
      {"backwards", "submit a; claim; progress a 40", "progress a 30", "progressed a 40->30"},
      {"completion is worth a record", "submit a; claim; progress a 98", "progress a 100",
       "progressed a 98->100"},
      {"once", "submit a; claim; progress a 100", "progress a 100", "nothing"},
      {"a new run starts over", "submit a; claim; progress a 40; expire a; claim", "progress a 10",
       "progressed a 0->10"},
  });
  ledger::Rules rules;
  rules.progress_step = 20;
  check({{"the step is of the rules", "submit a; claim", "progress a 19", "nothing"},
         {"just so", "submit a; claim", "progress a 20", "progressed a 0->20"}},
        rules);
}

TEST_CASE("a progress links back to the one before it", "[decide][worker]") {
  LedgerFixture ledger;
  ledger.run("submit a; claim a");
  auto link = [](const ledger::Receipt& receipt) {
    return receipt.entry->events.at(0).as<ledger::ProgressDetail>().previous;
  };
  // Entry 1 is the claim; entry 2 says 10.
  CHECK(link(ledger.run("progress a 10")) == ledger::ProgressLink{0, 1});
  CHECK(link(ledger.run("submit b; progress a 20")) == ledger::ProgressLink{10, 2});
  auto end = ledger.run("finish a").entry->events.at(0).as<ledger::EndDetail>();
  CHECK(end.progress == ledger::ProgressLink{20, 4});
}

TEST_CASE("the last child that finishes unblocks its parent", "[decide][worker]") {
  check({
      {"a job without a parent", "submit a; claim", "finish a", "finished a"},
      {"not the last one", "submit p(a b); claim a", "finish a", "finished a"},
      {"the last one", "submit p(a b); claim a; finish a; claim b", "finish b",
       "finished b; unblocked p child-finished<b"},
      {"in any order", "submit p(a b); claim a; claim b; finish b", "finish a",
       "finished a; unblocked p child-finished<a"},
      {"one level at a time", "submit r(p(a)); claim a", "finish a",
       "finished a; unblocked p child-finished<a"},
      {"and so on up", "submit r(p(a)); claim a; finish a; claim p", "finish p",
       "finished p; unblocked r child-finished<p"},
      {"a joined parent passes queued like any other", "join p(a); claim a", "finish a",
       "finished a; unblocked p child-finished<a"},
      {"the progress it had", "submit a; claim; progress a 40", "finish a", "finished a at 40"},
  });
  LedgerFixture ledger;
  ledger.run("submit a; claim; finish a s3://bucket/a.mp4");
  const ledger::Event finished = ledger.entry(2).events.at(0);
  CHECK(finished.as<ledger::EndDetail>().output_url == "s3://bucket/a.mp4");
}

TEST_CASE("a failed child fails every pending ancestor", "[decide][worker]") {
  check({
      {"a job without a parent", "submit a; claim", "fail a boom", "failed a 'boom'"},
      {"the progress it had", "submit a; claim; progress a 40", "fail a boom",
       "failed a at 40 'boom'"},
      {"waiting siblings are cancelled", "submit p(a b c); claim a", "fail a boom",
       "failed a 'boom'; failed p 'child a failed: boom' child-failed<a; "
       "cancelled b child-failed<a; cancelled c child-failed<a"},
      {"others are left alone", "submit p(a b c); claim a; claim b", "fail a boom",
       "failed a 'boom'; failed p 'child a failed: boom' child-failed<a; "
       "skipped b render:dorender child-failed<a; cancelled c child-failed<a"},
      {"siblings go with their descendants", "submit p(a b(c(d))); claim a", "fail a boom",
       "failed a 'boom'; failed p 'child a failed: boom' child-failed<a; "
       "cancelled b child-failed<a; cancelled c parent<b; cancelled d parent<c"},
      {"up to the root, siblings at each level", "submit r(p(a b) q(c)); claim a", "fail a boom",
       "failed a 'boom'; failed p 'child a failed: boom' child-failed<a; "
       "failed r 'child p failed: boom' child-failed<p; cancelled b child-failed<a; "
       "cancelled q child-failed<p; cancelled c parent<q"},
      {"a second failure finds the parent ended", "submit p(a b); claim a; claim b; fail a boom",
       "fail b bang", "failed b 'bang'"},
      {"a sibling that finishes later wakes nobody", "submit p(a b); claim a; claim b; fail a boom",
       "finish b", "finished b"},
      {"a failed parent is final", "submit p(a b); claim a; fail a boom", "claim p",
       "refused not_queued p:error"},
  });
}

TEST_CASE("the rules may fail the parents alone", "[decide][worker]") {
  ledger::Rules rules;
  rules.on_child_error = ledger::OnChildError::fail_parent_only;
  check({{"siblings stay", "submit r(p(a b) q(c)); claim a", "fail a boom",
          "failed a 'boom'; failed p 'child a failed: boom' child-failed<a; "
          "failed r 'child p failed: boom' child-failed<p"},
         {"and render", "submit p(a b); claim a; fail a boom", "claim", "claimed b 300s"},
         {"but wake nobody", "submit p(a b); claim a; fail a boom; claim b", "finish b",
          "finished b"}},
        rules);
}

TEST_CASE("a lease that ends puts its job back", "[decide][worker]") {
  check({
      {"to queued", "submit a; claim", "expire a", "requeued a lease-ended"},
      {"with the progress it had", "submit a; claim; progress a 40", "expire a",
       "requeued a at 40 lease-ended"},
      {"once", "submit a; claim; expire a", "expire a", "nothing"},
      {"not if it has finished meanwhile", "submit a; claim; finish a", "expire a", "nothing"},
      {"not if it has failed meanwhile", "submit a; claim; fail a boom", "expire a", "nothing"},
      {"not if it is held under another lease", "submit a; claim; expire a; claim", "expire a 1",
       "nothing"},
      {"nobody knows it", "", "expire ?a", "nothing"},
  });
}

TEST_CASE("a late report changes nothing", "[decide][worker]") {
  check({
      {"on a job that finished", "submit a; claim; finish a", "finish a",
       "refused job_final a:finished"},
      {"on a job that failed", "submit a; claim; fail a boom", "finish a",
       "refused job_final a:error"},
      {"on a job that was put back", "submit a; claim; expire a", "finish a",
       "refused stale_lease a:queued"},
      {"on a job that another one holds", "submit a; claim; expire a; claim", "finish a - 1",
       "refused stale_lease a:render:dorender"},
      {"the other one's counts", "submit a; claim; expire a; claim; finish a - 1", "finish a - 2",
       "finished a"},
      {"on a job that was never claimed", "submit a", "finish a", "refused stale_lease a:queued"},
      {"on a job that waits", "submit p(a)", "progress p 50", "refused stale_lease p:pending"},
      {"on a job that nobody knows", "", "finish ?a", "refused job_not_found ?a"},
      {"on a job of another team", "submit a; claim; as other", "finish a",
       "refused job_not_found a"},
      {"small steps too", "submit a; claim; finish a", "progress a 1",
       "refused job_final a:finished"},
  });
}

TEST_CASE("a late report is recorded once for each lease and kind", "[decide][worker]") {
  const std::string ended = "submit a; claim; finish a; ";
  check({
      {"again", ended + "finish a", "finish a", "refused job_final a:finished (not recorded)"},
      {"of another kind", ended + "finish a", "fail a boom", "refused job_final a:finished"},
      {"of a third kind", ended + "finish a; fail a boom", "progress a 50",
       "refused job_final a:finished"},
      {"each kind once", ended + "progress a 50; fail a boom; finish a", "progress a 60",
       "refused job_final a:finished (not recorded)"},
      {"another lease", "submit a; claim; expire a; finish a; claim; finish a", "finish a",
       "refused job_final a:finished"},
      {"the first lease, on another status", "submit a; claim; expire a; finish a; claim; finish a",
       "finish a - 1", "refused job_final a:finished (not recorded)"},
      {"another job", "submit a; submit b; claim; claim; finish a; finish b; finish a", "finish b",
       "refused job_final b:finished"},
      {"unknown jobs each time", "finish ?a", "finish ?a", "refused job_not_found ?a"},
  });
}

}  // namespace jobledger::tests
