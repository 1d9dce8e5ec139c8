#include "tests/ledger/table.h"

namespace jobledger::tests {

TEST_CASE("a cancel that confirms a plan is carried out if the plan still holds",
          "[decide][plan]") {
  check({
      {"nothing has happened since", "submit p(a b)", "confirm 1 cancel a",
       "cancelled a requested; cancelled p child<a; cancelled b sibling<a"},
      {"other traffic does not matter", "submit p(a); submit x; claim x; submit y; cancel y",
       "confirm 1 cancel p", "cancelled p requested; cancelled a parent<p"},
      {"nor does progress", "submit p(a b); claim b; progress b 50", "confirm 2 cancel p",
       "cancelled p requested; cancelled a parent<p; skipped b render:dorender parent<p"},
      {"nor a job that went and came back", "submit p(a); claim a; expire a", "confirm 1 cancel p",
       "cancelled p requested; cancelled a parent<p"},
      {"nor a cancel that was undone", "submit p(a); cancel p; undo 1", "confirm 1 cancel p",
       "cancelled p requested; cancelled a parent<p"},
      {"the version of now", "submit a; submit b", "confirm 2 cancel a", "cancelled a requested"},
      {"a list", "submit a; submit b; submit c", "confirm 2 cancel-many b a",
       "cancelled b requested; cancelled a requested"},
      {"a batch", "batch B x y", "confirm 1 cancel-batch B",
       "cancelled x batch; cancelled y batch"},
      {"one that changes nothing", "batch B x; claim x; finish x; submit y",
       "confirm 3 cancel-batch B", "skipped x finished batch"},
      {"with stops", "submit p(a b); claim a; progress a 50", "confirm 2 stop p",
       "cancelled p requested; stop a parent<p; cancelled b parent<p"},
      {"a word to the worker of a job left alone is no change",
       "submit p(a b); claim a; claim b; stop a; undo 3", "confirm 3 cancel p",
       "cancelled p requested; skipped a render:dorender parent<p; "
       "skipped b render:dorender parent<p"},
  });
}

TEST_CASE("a cancel whose plan no longer holds is refused with what changed", "[decide][plan]") {
  check({
      {"the job itself renders", "submit a; claim", "confirm 1 cancel a",
       "refused plan_changed a:render:dorender"},
      {"the job itself is cancelled", "submit a; cancel a", "confirm 1 cancel a",
       "refused plan_changed a:manually_cancelled"},
      {"a relative renders", "submit p(a b); claim b", "confirm 1 cancel a",
       "refused plan_changed b:render:dorender"},
      {"a job that was to be left alone has finished", "submit p(a b); claim b; finish b",
       "confirm 2 cancel a", "refused plan_changed b:finished"},
      {"a job that was to be left alone waits again", "submit p(a b); claim b; expire b",
       "confirm 2 cancel a", "refused plan_changed b:queued"},
      {"a parent was unblocked", "submit p(a); claim a; finish a", "confirm 2 cancel p",
       "refused plan_changed p:queued a:finished"},
      {"each that changed, oldest first", "submit a; submit b; submit c; claim c; claim a",
       "confirm 3 cancel-many c b a", "refused plan_changed a:render:dorender c:render:dorender"},
      {"a job that is there only since then", "submit a; submit b", "confirm 1 cancel-many a b",
       "refused plan_changed b:queued"},
      {"a batch that is there only since then", "submit a; batch B x", "confirm 1 cancel-batch B",
       "refused plan_changed x:queued"},
      {"a job of a list is asked to stop already, the others are as they were",
       "submit a; submit b; claim a; stop a", "confirm 3 stop b a",
       "refused plan_changed a:render:dorender"},
      {"before there was anything", "submit a", "confirm 0 cancel a",
       "refused plan_changed a:queued"},
      {"a member of the batch", "batch B x y; claim y", "confirm 1 cancel-batch B",
       "refused plan_changed y:render:dorender"},
      {"a job that was to be asked to stop is asked already",
       "submit p(a b); claim a; cancel b; stop a; undo 2", "confirm 2 stop p",
       "refused plan_changed a:render:dorender"},
      {"jobs outside the plan have come into it",
       "submit r(p(a b) q); claim a; cancel q; expire a; undo 2", "confirm 4 cancel a",
       "refused plan_changed r:pending p:pending q:queued b:queued"},
  });
}

TEST_CASE("unknown comes before changed, and changed before not cancellable", "[decide][plan]") {
  check({
      {"an unknown one beside a changed one", "submit a; claim", "confirm 1 cancel-many a ?b",
       "refused job_not_found ?b"},
      {"an unknown batch", "submit a", "confirm 0 cancel-batch ?B", "refused batch_not_found ?B"},
      {"another team's", "submit a; as other", "confirm 1 cancel a", "refused job_not_found a"},
      {"one that has become final", "submit a; claim; finish a", "confirm 2 cancel a",
       "refused plan_changed a:finished"},
      {"one that was so before", "submit a; cancel a; submit b", "confirm 2 cancel a",
       "refused not_cancellable a:manually_cancelled"},
      {"one that was so before, beside one that is so since",
       "submit a; cancel a; submit b; cancel b", "confirm 3 cancel-many a b",
       "refused plan_changed b:manually_cancelled"},
      {"the plan of a refusal, and now it could be", "submit a; claim; expire a",
       "confirm 2 cancel a", "refused plan_changed a:queued"},
  });
}

TEST_CASE("a refusal says how the plan has changed", "[decide][plan]") {
  auto notes = [](std::string_view lines) {
    LedgerFixture ledger;
    std::string text;
    ledger::Receipt receipt = ledger.run(lines);
    for (const ledger::Offender& offender : receipt.refusal->offenders) {
      text += ledger.names().in(offender.id) + ": " + offender.note + "; ";
    }
    return text;
  };
  CHECK(notes("submit p(a b); claim a; confirm 1 cancel p") ==
        "a: it was queued in the plan, and is render:dorender; ");
  CHECK(notes("submit p(a b); claim a; cancel b; stop a; undo 2; confirm 2 stop p") ==
        "a: it was to be asked to stop in the plan, and is to be left alone; ");
  CHECK(notes("submit a; submit b; confirm 1 cancel-many a b") ==
        "b: it was not there at the version of the plan; ");
  CHECK(notes("submit r(p(a b) q); claim a; cancel q; expire a; undo 2; claim b; claim q; "
              "confirm 4 cancel a") ==
        "r: it was manually_cancelled in the plan, and is pending; "
        "p: it was manually_cancelled in the plan, and is pending; "
        "q: it was manually_cancelled in the plan, and is render:dorender; "
        "b: it was manually_cancelled in the plan, and is render:dorender; ");
}

TEST_CASE("a refused plan is recorded with its version, and with that of its offenders",
          "[decide][plan]") {
  LedgerFixture ledger;
  auto receipt = ledger.run("submit p(a b); claim a; submit x; confirm 1 cancel p");
  CHECK(receipt.refusal->limit == 1);
  CHECK(receipt.refusal->offenders.at(0).entry == 1);
  CHECK(receipt.entry->command.plan == 1);
  CHECK(receipt.entry->command.subjects == std::vector<ledger::Ulid>{ledger.id("p")});
  CHECK(ledger.statuses("p a b") == "p:pending a:render:dorender b:queued");
}

TEST_CASE("a token may take a number of jobs unconfirmed", "[decide][guard]") {
  check({
      {"as many", "submit p(a); guard 2", "cancel p",
       "cancelled p requested; cancelled a parent<p"},
      {"one more", "submit p(a b); guard 2", "cancel p", "refused confirmation_required"},
      {"relatives count, however many were named", "submit p(a b); guard 2", "cancel a",
       "refused confirmation_required"},
      {"jobs left alone do not", "submit p(a b); claim b; guard 2", "cancel p",
       "cancelled p requested; cancelled a parent<p; skipped b render:dorender parent<p"},
      {"jobs asked to stop do", "submit p(a b); claim b; guard 2", "stop p",
       "refused confirmation_required"},
      {"a list", "submit a; submit b; guard 1", "cancel-many a b", "refused confirmation_required"},
      {"a batch", "batch B x y; guard 1", "cancel-batch B", "refused confirmation_required"},
      {"with the plan it may", "submit p(a b); guard 2", "confirm 1 cancel p",
       "cancelled p requested; cancelled a parent<p; cancelled b parent<p"},
      {"not with one that has changed", "submit p(a b); claim a; guard 1", "confirm 1 cancel p",
       "refused plan_changed a:render:dorender"},
      {"what is unknown stays so", "submit p(a b); guard 1", "cancel ?a",
       "refused job_not_found ?a"},
      {"none is no guard", "submit p(a b); guard 0", "cancel p",
       "cancelled p requested; cancelled a parent<p; cancelled b parent<p"},
  });
  LedgerFixture ledger;
  auto receipt = ledger.run("submit p(a b); guard 2; cancel p");
  CHECK(receipt.refusal->limit == 2);
  CHECK(ledger.statuses("p a b") == "p:pending a:queued b:queued");
}

}  // namespace jobledger::tests
