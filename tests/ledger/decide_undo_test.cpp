#include "tests/ledger/table.h"

namespace jobledger::tests {

TEST_CASE("an undo puts every job of a cascade back", "[decide][undo]") {
  check({
      {"one job", "submit a; cancel a", "undo 1", "reinstated a queued undo"},
      {"a tree", "submit p(a(b) c); cancel b", "undo 1",
       "reinstated b queued undo; reinstated a pending undo; reinstated p pending undo; "
       "reinstated c queued undo"},
      {"a list", "submit a; submit b; cancel-many b a", "undo 2",
       "reinstated b queued undo; reinstated a queued undo"},
      {"a batch", "batch B x y(z); cancel-batch B", "undo 1",
       "reinstated x queued undo; reinstated y pending undo; reinstated z queued undo"},
      {"what was left alone stays so", "submit p(a b); claim a; cancel p", "undo 2",
       "reinstated p pending undo; reinstated b queued undo"},
      {"a job that waited for a worker with all its children finished",
       "submit p(a); claim a; finish a; cancel p", "undo 3", "reinstated p queued undo"},
      {"others that a failure cancelled", "submit p(a b c(d)); claim a; fail a boom", "undo 2",
       "reinstated b queued undo; reinstated c pending undo; reinstated d queued undo"},
      {"it can be claimed again", "submit a; cancel a; undo 1", "claim", "claimed a 300s"},
      {"and cancelled again", "submit p(a); cancel a; undo 1", "cancel p",
       "cancelled p requested; cancelled a parent<p"},
  });
  LedgerFixture ledger;
  auto receipt = ledger.run("submit p(a b); claim a; cancel p; undo 2");
  CHECK(receipt.entry->command.entry == 2);
  CHECK(ledger.statuses("p a b") == "p:pending a:render:dorender b:queued");
}

TEST_CASE("a parent goes on from where its children are", "[decide][undo]") {
  const std::string given = "submit p(a b); claim a; cancel p; ";
  check({
      {"all have finished meanwhile", "submit p(a); claim a; cancel p; finish a", "undo 2",
       "reinstated p queued undo"},
      {"one has, the other is put back with it", given + "finish a", "undo 2",
       "reinstated p pending undo; reinstated b queued undo"},
      {"one waits again", given + "expire a", "undo 2",
       "reinstated p pending undo; reinstated b queued undo"},
      {"one ended in error", given + "fail a boom", "undo 2", "refused unresolvable a:error"},
      {"one was cancelled by itself", given + "expire a; cancel a", "undo 2",
       "refused unresolvable a:manually_cancelled"},
      {"and that was undone", given + "expire a; cancel a; undo 4", "undo 2",
       "reinstated p pending undo; reinstated b queued undo"},
      {"every such child is named",
       "submit p(a b c); claim a; claim b; cancel p; fail a boom; fail b bang", "undo 3",
       "refused unresolvable a:error b:error"},
      {"at any depth", "submit r(p(a b)); claim a; cancel r; fail a boom", "undo 2",
       "refused unresolvable a:error"},
      {"a child goes back under a parent that stays cancelled", given + "expire a; cancel a",
       "undo 4", "reinstated a queued undo"},
      {"the last one to finish wakes it", given + "undo 2; finish a; claim b", "finish b",
       "finished b; unblocked p child-finished<b"},
  });
  LedgerFixture ledger;
  auto receipt = ledger.run(given + "fail a boom; undo 2");
  CHECK(receipt.refusal->offenders.at(0).entry == 3);
  CHECK(ledger.names().in(receipt.refusal->offenders.at(0).note) ==
        "its parent p would wait for it for ever");
  CHECK(ledger.statuses("p a b") == "p:manually_cancelled a:error b:manually_cancelled");
}

TEST_CASE("a cascade is undone as a whole or not at all", "[decide][undo]") {
  check({
      {"it was undone already", "submit a; cancel a; undo 1", "undo 1",
       "refused moved_on a:queued"},
      {"and claimed", "submit a; cancel a; undo 1; claim", "undo 1",
       "refused moved_on a:render:dorender"},
      {"it was undone and cancelled again", "submit a; cancel a; undo 1; cancel a", "undo 1",
       "refused moved_on a:manually_cancelled"},
      {"the later cancel can be", "submit a; cancel a; undo 1; cancel a", "undo 3",
       "reinstated a queued undo"},
      {"each that has moved on is named", "submit a; submit b; cancel-many a b; undo 2; cancel b",
       "undo 2", "refused moved_on a:queued b:manually_cancelled"},
  });
}

TEST_CASE("an undo can be undone", "[decide][undo]") {
  const std::string given = "submit p(a b); claim a; cancel p; undo 2";
  check({
      {"the jobs are cancelled again", "submit p(a b); cancel a; undo 1", "undo 2",
       "cancelled a undo; cancelled p undo; cancelled b undo"},
      {"and put back again", "submit p(a); cancel a; undo 1; undo 2", "undo 3",
       "reinstated a queued undo; reinstated p pending undo"},
      {"twice", "submit a; cancel a; undo 1; undo 2", "undo 2",
       "refused moved_on a:manually_cancelled"},
      {"what renders is left alone", given, "undo 3", "cancelled p undo; cancelled b undo"},
      {"what has come to wait beside them goes along", given + "; expire a", "undo 3",
       "cancelled p undo; cancelled b undo; cancelled a parent<p"},
      {"and comes back with them", given + "; expire a; undo 3", "undo 5",
       "reinstated p pending undo; reinstated b queued undo; reinstated a queued undo"},
      {"one that has moved on keeps it", given + "; claim b", "undo 3",
       "refused moved_on b:render:dorender"},
      {"an unblocked parent has moved on", "submit p(a); claim a; cancel p; undo 2; finish a",
       "undo 3", "refused moved_on p:queued"},
  });
}

TEST_CASE("an undo withdraws what a worker was asked", "[decide][undo][stop]") {
  const std::string given = "submit p(a b); claim a; stop a; ";
  check({
      {"it has not stopped yet", given, "undo 2",
       "go-on a undo; reinstated p pending undo; reinstated b queued undo"},
      {"stopped comes too late", given + "undo 2", "stopped a",
       "refused no_stop_requested a:render:dorender"},
      {"it has stopped", given + "stopped a", "undo 2",
       "reinstated p pending undo; reinstated b queued undo; reinstated a queued undo"},
      {"its lease has ended", given + "expire a", "undo 2",
       "reinstated p pending undo; reinstated b queued undo; reinstated a queued undo"},
      {"what it took along comes back with it",
       "submit p(a b); claim a; cancel b; stop a; undo 2; stopped a", "undo 3",
       "reinstated a queued undo; reinstated p pending undo; reinstated b queued undo"},
      {"one has stopped, another has not", "submit p(a b); claim a; claim b; stop a; stopped b",
       "undo 3", "go-on a undo; reinstated p pending undo; reinstated b queued undo"},
      {"the end alone", given + "stopped a", "undo 3", "reinstated a queued undo"},
      {"then the rest has moved on", given + "stopped a; undo 3", "undo 2",
       "refused moved_on a:queued"},
      {"asked again by another cancel", "submit a; claim; stop a; undo 2; stop a", "undo 2",
       "refused moved_on a:render:dorender"},
      {"a parent that stopped waits for a worker",
       "submit p(a); claim a; finish a; claim p; stop p; stopped p", "undo 4",
       "reinstated p queued undo"},
  });
}

TEST_CASE("an undo minds a worker that was quicker than its stop", "[decide][undo][stop]") {
  check({
      {"it has finished, the others go on", "submit p(a b); claim a; stop a; finish a", "undo 2",
       "reinstated p pending undo; reinstated b queued undo"},
      {"it was the only child", "submit p(a); claim a; stop a; finish a", "undo 2",
       "reinstated p queued undo"},
      {"it has failed", "submit p(a b); claim a; stop a; fail a boom", "undo 2",
       "refused unresolvable a:error"},
      {"there was nothing else", "submit a; claim; stop a; finish a", "undo 2",
       "refused moved_on a:finished"},
  });
}

TEST_CASE("the withdrawal of a stop can be undone", "[decide][undo][stop]") {
  const std::string given = "submit p(a b); claim a; stop a; undo 2; ";
  check({
      {"its worker is asked again", given, "undo 3",
       "stop a undo; cancelled p undo; cancelled b undo"},
      {"and stops", given + "undo 3", "stopped a", "cancelled a stopped"},
      {"or is told to go on once more", given + "undo 3", "undo 4",
       "go-on a undo; reinstated p pending undo; reinstated b queued undo"},
      {"or has stopped", given + "undo 3; stopped a", "undo 4",
       "reinstated p pending undo; reinstated b queued undo; reinstated a queued undo"},
      {"it has finished meanwhile", given + "finish a", "undo 3",
       "cancelled p undo; cancelled b undo"},
      {"its lease has ended meanwhile", given + "expire a", "undo 3", "refused moved_on a:queued"},
      {"another cancel has asked it meanwhile", "submit a; claim; stop a; undo 2; stop a", "undo 3",
       "refused moved_on a:render:dorender"},
  });
}

TEST_CASE("there must be something to undo", "[decide][undo]") {
  check({
      {"a submission", "submit a", "undo 0", "refused nothing_to_undo 0"},
      {"a refused cancel", "submit a; claim; cancel a", "undo 2", "refused nothing_to_undo 2"},
      {"a refused undo", "submit a; cancel a; undo 1; undo 1", "undo 3",
       "refused nothing_to_undo 3"},
      {"a cancel that left all alone", "batch B x; claim x; finish x; cancel-batch B", "undo 3",
       "refused nothing_to_undo 3"},
      {"a failure that cancelled nothing", "submit p(a); claim a; fail a boom", "undo 2",
       "refused nothing_to_undo 2"},
      {"an entry to come", "submit a", "undo 1", "refused cancellation_not_found 1"},
      {"one of another team", "submit a; cancel a; as other", "undo 1",
       "refused cancellation_not_found 1"},
      {"the scope to cancel", "submit a; cancel a; scopes jobs:write,worker", "undo 1",
       "refused insufficient_scope"},
  });
}

TEST_CASE("an undo that was overtaken is judged on the state it meets", "[decide][undo]") {
  for (const auto& [meanwhile, then] : std::vector<std::pair<std::string, std::string>>{
           {"undo 2", "refused moved_on a:render:dorender p:pending b:queued"},
           {"stopped a", "refused moved_on a:manually_cancelled"},
           {"finish a", "reinstated p pending undo; reinstated b queued undo"},
           {"progress a 50", "go-on a undo; reinstated p pending undo; reinstated b queued undo"},
       }) {
    INFO(meanwhile);
    LedgerFixture ledger;
    ledger.run("submit p(a b); claim a; stop a");
    ledger::Submission undo = ledger.ask("undo 2");
    ledger.run(meanwhile);
    CHECK(ledger.tell(ledger.commit(undo)) == then);
  }
}

}  // namespace jobledger::tests
