#include "tests/ledger/table.h"

namespace jobledger::tests {

TEST_CASE("a cancel takes the relatives that wait along", "[decide][cancel]") {
  check({
      {"a job without relatives goes alone", "submit a; submit b", "cancel a",
       "cancelled a requested"},
      {"a parent takes every waiting child", "submit p(a b)", "cancel p",
       "cancelled p requested; cancelled a parent<p; cancelled b parent<p"},
      {"a child takes its parent and the siblings beside it, in creation order", "submit p(a b c)",
       "cancel b",
       "cancelled b requested; cancelled p child<b; cancelled a sibling<b; cancelled c sibling<b"},
      {"down through every level", "submit p(a(b(c(d))))", "cancel p",
       "cancelled p requested; cancelled a parent<p; cancelled b parent<a; cancelled c parent<b; "
       "cancelled d parent<c"},
      {"up through every level", "submit p(a(b(c(d))))", "cancel d",
       "cancelled d requested; cancelled c child<d; cancelled b child<c; cancelled a child<b; "
       "cancelled p child<a"},
      {"up, beside and down, breadth first", "submit p(a(c d) b(e))", "cancel c",
       "cancelled c requested; cancelled a child<c; cancelled d sibling<c; cancelled p child<a; "
       "cancelled b sibling<a; cancelled e parent<b"},
      {"from each job its parent, then its siblings, then its children", "submit p(a b(c d) e)",
       "cancel b",
       "cancelled b requested; cancelled p child<b; cancelled a sibling<b; cancelled e sibling<b; "
       "cancelled c parent<b; cancelled d parent<b"},
      {"other trees are strangers", "submit p(a); submit q(b)", "cancel a",
       "cancelled a requested; cancelled p child<a"},
      {"jobs of one batch are strangers too", "batch B x y", "cancel x", "cancelled x requested"},
      {"a parent whose children are done is cancelled alone", "submit p(a); claim a; finish a",
       "cancel p", "cancelled p requested; skipped a finished parent<p"},
  });
}

TEST_CASE("a cascade leaves alone what renders or has ended", "[decide][cancel]") {
  check({
      {"a rendering child", "submit p(a b); claim a", "cancel p",
       "cancelled p requested; skipped a render:dorender parent<p; cancelled b parent<p"},
      {"a finished child", "submit p(a b); claim a; finish a", "cancel p",
       "cancelled p requested; skipped a finished parent<p; cancelled b parent<p"},
      {"a rendering sibling", "submit p(a b c); claim b", "cancel a",
       "cancelled a requested; cancelled p child<a; skipped b render:dorender sibling<a; "
       "cancelled c sibling<a"},
      {"nothing is visited from a job left alone", "submit p(a(x) b); claim x; finish x; claim a",
       "cancel p",
       "cancelled p requested; skipped a render:dorender parent<p; cancelled b parent<p"},
      {"each is judged once, whoever comes by", "submit p(a b(c)); claim a", "cancel-many b c",
       "cancelled b requested; cancelled c requested; cancelled p child<b; "
       "skipped a render:dorender sibling<b"},
  });
}

TEST_CASE("siblings are reached though the parent has ended", "[decide][cancel]") {
  ledger::Rules rules;
  rules.on_child_error = ledger::OnChildError::fail_parent_only;
  check({{"the parent failed, its children wait on", "submit p(a b c); claim a; fail a boom",
          "cancel b",
          "cancelled b requested; skipped p error child<b; skipped a error sibling<b; "
          "cancelled c sibling<b"}},
        rules);
}

TEST_CASE("only queued and pending jobs can be cancelled", "[decide][cancel]") {
  check({
      {"a queued one can", "submit a", "cancel a", "cancelled a requested"},
      {"a pending one can", "submit a(b)", "cancel a",
       "cancelled a requested; cancelled b parent<a"},
      {"a requeued one can", "submit a; claim; expire a", "cancel a", "cancelled a requested"},
      {"an unblocked one can", "submit a(b); claim b; finish b", "cancel a",
       "cancelled a requested; skipped b finished parent<a"},
      {"a rendering one cannot", "submit a; claim", "cancel a",
       "refused not_cancellable a:render:dorender"},
      {"a finished one cannot", "submit a; claim; finish a", "cancel a",
       "refused not_cancellable a:finished"},
      {"a failed one cannot", "submit a; claim; fail a boom", "cancel a",
       "refused not_cancellable a:error"},
      {"a second cancel is refused", "submit a; cancel a", "cancel a",
       "refused not_cancellable a:manually_cancelled"},
      {"so is the cancel of what a cascade took", "submit p(a); cancel p", "cancel a",
       "refused not_cancellable a:manually_cancelled"},
  });
}

TEST_CASE("a list of jobs is cancelled all or nothing", "[decide][cancel]") {
  check({
      {"explicit ids in the order of the request", "submit a; submit b", "cancel-many b a",
       "cancelled b requested; cancelled a requested"},
      {"explicit ids first, then relatives breadth first", "submit p(a b); submit q(c d)",
       "cancel-many a d",
       "cancelled a requested; cancelled d requested; cancelled p child<a; cancelled b sibling<a; "
       "cancelled q child<d; cancelled c sibling<d"},
      {"a child and its parent are each reported once", "submit p(a b)", "cancel-many a p",
       "cancelled a requested; cancelled p requested; cancelled b sibling<a"},
      {"a parent and its child are each reported once", "submit p(a b)", "cancel-many p a",
       "cancelled p requested; cancelled a requested; cancelled b parent<p"},
      {"siblings are each reported once", "submit p(a b c)", "cancel-many a c",
       "cancelled a requested; cancelled c requested; cancelled p child<a; cancelled b sibling<a"},
      {"one that cannot be cancelled refuses all, and each such is named",
       "submit a; submit b; claim b; submit c; cancel c", "cancel-many b a c",
       "refused not_cancellable b:render:dorender c:manually_cancelled"},
      {"unknown ones come before those that cannot be cancelled", "submit a; cancel a; submit b",
       "cancel-many a ?x b", "refused job_not_found ?x"},
      {"every unknown one is named, in the order of the request, ids that cannot be too",
       "submit a", "cancel-many ~v ?x a ~y ?z", "refused job_not_found ~v ?x ~y ?z"},
      {"both are judged on the state before the call", "submit p(a b); claim a; submit c",
       "cancel-many p c",
       "cancelled p requested; cancelled c requested; skipped a render:dorender parent<p; "
       "cancelled b parent<p"},
  });
}

TEST_CASE("a refused list leaves every job as it was", "[decide][cancel]") {
  LedgerFixture ledger;
  ledger.run("submit a; submit p(b c); claim b; cancel-many a p b");
  CHECK(ledger.statuses("a p b c") == "a:queued p:pending b:render:dorender c:queued");
}

TEST_CASE("offenders stand at their places in the request", "[decide][cancel]") {
  LedgerFixture ledger;
  auto receipt = ledger.run("submit a; cancel a; submit b; cancel-many ~v b ?w ~x ?y");
  std::vector<std::uint32_t> places;
  for (const ledger::Offender& offender : receipt.refusal->offenders) {
    places.push_back(offender.place);
  }
  CHECK(places == std::vector<std::uint32_t>{0, 2, 3, 4});
  receipt = ledger.run("cancel-many b a");
  CHECK(receipt.refusal->offenders.at(0).place == 1);
  // Entry 1 cancelled it.
  CHECK(receipt.refusal->offenders.at(0).entry == 1);
}

TEST_CASE("the cancel of a batch cancels each of its trees", "[decide][cancel]") {
  check({
      {"each top-level job with its own cascade", "batch B x y(z)", "cancel-batch B",
       "cancelled x batch; cancelled y batch; cancelled z parent<y"},
      {"those that render are left alone", "batch B x y; claim x", "cancel-batch B",
       "skipped x render:dorender batch; cancelled y batch"},
      {"nothing is visited from those", "batch B y(z); claim z; finish z; claim y",
       "cancel-batch B", "skipped y render:dorender batch"},
      {"nothing left to cancel is no refusal", "batch B x; claim x; finish x", "cancel-batch B",
       "skipped x finished batch"},
      {"nor is a second cancel", "batch B x(y); cancel-batch B", "cancel-batch B",
       "skipped x manually_cancelled batch"},
      {"items that failed at creation are not of it", "batch B - x -", "cancel-batch B",
       "cancelled x batch"},
      {"jobs outside it stay", "batch B x; submit a; batch C y", "cancel-batch B",
       "cancelled x batch"},
      {"an unknown batch", "batch B x", "cancel-batch ?C", "refused batch_not_found ?C"},
      {"an id that no batch can have", "batch B x", "cancel-batch ~C",
       "refused batch_not_found ~C"},
      {"the id of a job is none of a batch", "submit a", "cancel-batch a",
       "refused batch_not_found a"},
  });
}

TEST_CASE("ids of another team are unknown to a cancel", "[decide][cancel]") {
  check({
      {"one job", "submit a; as other", "cancel a", "refused job_not_found a"},
      {"a list with an own job", "submit a; as other; submit b", "cancel-many b a",
       "refused job_not_found a"},
      {"a batch", "batch B x; as other", "cancel-batch B", "refused batch_not_found B"},
      {"an unknown one", "submit a", "cancel ?b", "refused job_not_found ?b"},
      {"one that cannot be", "submit a", "cancel ~b", "refused job_not_found ~b"},
  });
}

TEST_CASE("an entry cancels no more jobs than its rules allow", "[decide][cancel]") {
  ledger::Rules rules;
  rules.max_jobs_per_entry = 3;
  check({{"as many as that", "submit p(a b)", "cancel a",
          "cancelled a requested; cancelled p child<a; cancelled b sibling<a"},
         {"one more", "submit p(a); submit q(b)", "cancel-many p q",
          "refused too_many_jobs (not recorded)"},
         {"jobs left alone do not count", "submit p(a); submit q(b); claim b", "cancel-many p q",
          "cancelled p requested; cancelled q requested; cancelled a parent<p; "
          "skipped b render:dorender parent<q"},
         {"of a batch", "batch B x y z; submit a", "cancel-batch B",
          "cancelled x batch; cancelled y batch; cancelled z batch"}},
        rules);

  LedgerFixture ledger(rules);
  auto receipt = ledger.run("submit p(a); submit q(b); cancel-many p q");
  CHECK(receipt.refusal->limit == 3);
  CHECK(ledger.statuses("p a q b") == "p:pending a:queued q:pending b:queued");
}

TEST_CASE("nothing wakes a cancelled job", "[decide][cancel]") {
  check({
      {"its last child finishes", "submit p(a b); claim a; cancel p", "finish a", "finished a"},
      {"its child fails", "submit p(a b); claim a; cancel p", "fail a boom", "failed a 'boom'"},
      {"its child's lease ends", "submit p(a b); claim a; cancel p", "expire a",
       "requeued a lease-ended"},
      {"its own late report", "submit a; claim a; expire a; cancel a", "finish a",
       "refused job_final a:manually_cancelled"},
      {"nor is it claimed", "submit a; cancel a", "claim", "nothing"},
      {"nor by its id", "submit a; cancel a", "claim a", "refused not_queued a:manually_cancelled"},
  });
}

}  // namespace jobledger::tests
