#include "daemon/render/explanation.h"

#include <catch2/catch.hpp>

#include "tests/daemon/e2e/json.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::render {
namespace {

using e2e::Json;
using projections::LogReader;
using tests::LedgerFixture;

Json why(LedgerFixture& ledger, std::string_view job, std::uint64_t version = ~0ull) {
  version = std::min(version, ledger.state().version());
  auto number = ledger.state().graph().find(ledger.team(), ledger.id(job), version);
  LogReader log(ledger.store());
  auto of = projections::explain(ledger.state(), log, number.value(), version);
  return Json(explanation(ledger.state(), log, of, version));
}

/// `JobCancelled p child<a #3; JobCancelled a requested #3`
std::string chain_of(LedgerFixture& ledger, const Json& answer) {
  std::string text;
  for (const Json& link : answer["chain"].items()) {
    text += (text.empty() ? "" : "; ") + link["event"].text() + ' ' +
            ledger.names().in(link["id"].text());
    if (!link["cause"].is_null()) text += ' ' + link["cause"].text();
    if (!link["via"].is_null()) text += '<' + ledger.names().in(link["via"].text());
    text += " #" + link["index"].dump();
    CHECK_FALSE(link["rule"].text().empty());
  }
  return text;
}

std::string chain(LedgerFixture& ledger, std::string_view job, std::uint64_t version = ~0ull) {
  return chain_of(ledger, why(ledger, job, version));
}

/// All sentences on one line, jobs by their names.
std::string told(LedgerFixture& ledger, std::string_view job) {
  return ledger.names().in(texts_of(why(ledger, job)["sentences"]));
}

}  // namespace

TEST_CASE("a cancelled job leads through its relatives to the job that was asked for",
          "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit p(a(x y) b)");
  ledger.envelope.actor.on_behalf_of = "ada";
  ledger.envelope.actor.address = "10.0.0.4";
  ledger.envelope.actor.client = "portal/3";
  ledger.envelope.request_id = "req-7";
  ledger.envelope.traceparent = "00-1-2-01";
  ledger.envelope.reason = "wrong logo";
  ledger.run("cancel x");
  Json b = why(ledger, "b");
  CHECK(b.names() ==
        "id status index time version chain command commands claim stopping waitsFor before "
        "lateReports refusedAttempts omitted sentences");
  CHECK(b["status"] == "manually_cancelled");
  CHECK(chain_of(ledger, b) ==
        "JobCancelled b sibling<a #1; JobCancelled a child<x #1; JobCancelled x requested #1");
  Json command = b["command"];
  CHECK(command["type"] == "CancelJob");
  CHECK(command["index"] == 1);
  CHECK(command["onBehalfOf"] == "ada");
  CHECK(command["requestId"] == "req-7");
  CHECK(command["traceparent"] == "00-1-2-01");
  CHECK(command["reason"] == "wrong logo");
  CHECK(command["actor"]["name"] == "ann");
  CHECK(command["actor"]["address"] == "10.0.0.4");
  CHECK(command["actor"]["client"] == "portal/3");
  CHECK(command["actor"]["tokenId"].is_string());
  CHECK(command["undoneBy"] == nullptr);
  std::string sentences = told(ledger, "b");
  CHECK_THAT(sentences, Catch::Contains("Job b was cancelled at ") && Catch::Contains("(entry 1)"));
  CHECK_THAT(sentences, Catch::Contains("It was cancelled because of its sibling a: siblings of a "
                                        "cancelled job that still wait are cancelled too."));
  CHECK_THAT(sentences, Catch::Contains("a was cancelled because of its child x"));
  CHECK_THAT(
      sentences,
      Catch::Contains("ann on behalf of ada asked for that: CancelJob, entry 1, from 10.0.0.4 with "
                      "portal/3, request req-7"));
  CHECK_THAT(sentences, Catch::Contains("The reason given: wrong logo."));
}

TEST_CASE("a job of a cancelled batch, and one below it", "[explain]") {
  LedgerFixture ledger;
  ledger.run("batch B x y(z); cancel-batch B");
  CHECK(chain(ledger, "z") == "JobCancelled z parent<y #1; JobCancelled y batch #1");
  CHECK(why(ledger, "x")["command"]["type"] == "CancelBatch");
}

TEST_CASE("a new job and one that waits are explained by their creation", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b)");
  CHECK(chain(ledger, "a") == "JobSubmitted a<p #0; JobSubmitted p #0");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("Job a is queued since it was created") &&
                                    Catch::Contains("It was created with its parent p."));
  CHECK_THAT(told(ledger, "p"), Catch::Contains("waits for its children since it was created") &&
                                    Catch::Contains("It waits for a (queued), b (queued)."));
  ledger.run("claim a; finish a -");
  Json p = why(ledger, "p");
  CHECK(ledger.names().in(texts_of(p["waitsFor"], "id")) == "b");
  CHECK(texts_of(p["waitsFor"], "status") == "queued");
}

TEST_CASE("children beyond a number are counted, not named", "[explain]") {
  LedgerFixture ledger;
  std::string children;
  for (int i = 0; i < 130; ++i) children += " c" + std::to_string(i);
  ledger.submit("p(" + children + ")");
  Json p = why(ledger, "p");
  CHECK(p["waitsFor"].size() == 100);
  CHECK(p["omitted"]["waitsFor"] == 30);
  CHECK_THAT(told(ledger, "p"), Catch::Contains(" and 125 more."));
}

TEST_CASE("a parent is queued since its last child finished", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit p(a); claim a; finish a -");
  CHECK(chain(ledger, "p") == "JobUnblocked p child-finished<a #2; JobFinished a #2");
  CHECK_THAT(told(ledger, "p"), Catch::Contains("is queued since the last of its children"));
}

TEST_CASE("a job that is rendered, and by whom; asked to stop, and by whom", "[explain]") {
  LedgerFixture ledger;
  ledger.envelope.actor.name = "worker-7";
  ledger.run("submit p(a b); claim a");
  CHECK(chain(ledger, "a") == "JobClaimed a #1");
  CHECK(why(ledger, "a")["claim"]["actor"]["name"] == "worker-7");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("is being rendered by worker-7, who claimed it"));

  ledger.envelope.actor.name = "ann";
  ledger.run("stop b");
  Json asked = why(ledger, "a");
  CHECK(asked["status"] == "render:dorender");
  CHECK(asked["stopping"].is_true());
  CHECK(chain_of(ledger, asked) == "StopRequested a sibling<b #2; JobCancelled b requested #2");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("rendered by worker-7, who was asked to stop"));

  ledger.run("undo 2");
  CHECK(chain(ledger, "a") ==
        "StopWithdrawn a undo #3; StopRequested a sibling<b #2; JobCancelled b requested #2");
  CHECK_FALSE(why(ledger, "a")["stopping"].is_true());
}

TEST_CASE("a job cancelled by stopping leads on to who asked for the stop", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b c); claim a; claim b");  // 0, 1, 2
  ledger.envelope.reason = "enough";
  ledger.run("stop c");  // 3
  ledger.envelope.reason.clear();
  ledger.run("stopped a; expire b");  // 4, 5
  Json a = why(ledger, "a");
  CHECK(chain_of(ledger, a) ==
        "JobCancelled a stopped #4; StopRequested a sibling<c #3; JobCancelled c requested #3");
  CHECK(texts_of(a["commands"], "type") == "ReportStopped CancelJobs");
  CHECK(a["commands"][0]["stopRequestedBy"] == 3);
  CHECK(a["command"]["reason"] == "enough");
  CHECK(a["before"].size() == 0);
  CHECK(chain(ledger, "b") ==
        "JobCancelled b lease-ended #5; StopRequested b sibling<c #3; JobCancelled c requested #3");
  CHECK_THAT(told(ledger, "b"), Catch::Contains("That goes back to entry 3."));
}

TEST_CASE("a job is queued again because its lease ended", "[explain]") {
  LedgerFixture ledger;
  ledger.envelope.actor.name = "worker-7";
  ledger.run("submit a; claim a; expire a");
  CHECK(chain(ledger, "a") == "JobRequeued a lease-ended #2");
  CHECK(why(ledger, "a")["command"]["actor"]["kind"] == "system");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("queued again: the lease of worker-7 ended"));
  ledger.run("claim a; expire a");
  CHECK(texts_of(why(ledger, "a")["before"], "what") == "requeued");
}

TEST_CASE("a finished job, and jobs in error: its own, and a child's", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit q; claim q; finish q -; submit p(a(x y) b)");
  CHECK(chain(ledger, "q") == "JobFinished q #2");
  ledger.run("claim x; fail x disk-full");
  CHECK(chain(ledger, "x") == "JobFailed x #5");
  CHECK_THAT(told(ledger, "x"), Catch::Contains("ended in error") && Catch::Contains("disk-full"));
  CHECK(chain(ledger, "p") ==
        "JobFailed p child-failed<a #5; JobFailed a child-failed<x #5; JobFailed x #5");
  CHECK(chain(ledger, "b") ==
        "JobCancelled b child-failed<a #5; JobFailed a child-failed<x #5; JobFailed x #5");
  CHECK_THAT(told(ledger, "b"), Catch::Contains("It was cancelled because of its sibling a"));
  CHECK_THAT(told(ledger, "p"), Catch::Contains("It ended in error because of its child a"));
}

TEST_CASE("a job whose leases ended too often is explained", "[explain]") {
  ledger::Rules rules;
  rules.max_attempts = 1;
  LedgerFixture ledger(rules);
  ledger.run("submit a; claim a; expire a");
  CHECK(chain(ledger, "a") == "JobFailed a lease-ended #2");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("its lease ended 1 times"));
}

TEST_CASE("undone and cancelled again is told, with who did which", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); cancel a");  // 0, 1
  ledger.envelope.actor.name = "bob";
  ledger.run("undo 1");  // 2
  Json undone = why(ledger, "b");
  CHECK(chain_of(ledger, undone) ==
        "JobReinstated b undo #2; JobCancelled b sibling<a #1; JobCancelled a requested #1");
  CHECK(texts_of(undone["commands"], "type") == "UndoCancel CancelJob");
  CHECK(undone["commands"][0]["undoes"] == 1);
  CHECK(undone["command"]["undoneBy"] == 2);
  CHECK_THAT(told(ledger, "b"), Catch::Contains("is queued again: its cancellation was undone"));
  ledger.envelope.actor.name = "carol";
  ledger.run("cancel b");  // 3
  Json again = why(ledger, "b");
  CHECK(chain_of(ledger, again) == "JobCancelled b requested #3");
  CHECK(texts_of(again["before"], "what") == "cancelled reinstated");
  CHECK(again["before"][0]["index"] == 1);
  CHECK(again["before"][1]["actor"]["name"] == "bob");
  CHECK_THAT(told(ledger, "b"), Catch::Contains("Before that it was cancelled by ann at ") &&
                                    Catch::Contains(", then undone by bob at "));
  ledger.run("undo 3; undo 4");  // the undo of an undo cancels again
  CHECK(chain(ledger, "b") ==
        "JobCancelled b undo #5; JobReinstated b undo #4; JobCancelled b requested #3");
}

TEST_CASE("late reports and refused attempts are told beside the chain", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit a; claim a; expire a; finish a out.mp4; cancel a; cancel a; claim a; undo 1");
  Json a = why(ledger, "a");
  CHECK(texts_of(a["lateReports"], "type") == "FinishJob");
  CHECK(a["lateReports"][0]["refusal"]["code"] == "stale_lease");
  CHECK(a["lateReports"][0]["command"]["outputUrl"] == "out.mp4");
  CHECK(texts_of(a["refusedAttempts"], "type") == "CancelJob ClaimJob UndoCancel");
  CHECK(texts_of(a["refusedAttempts"][2]["refusal"]["details"], "id") == "1");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("A report of a worker was refused: "
                                                "FinishJob by ann"));
  CHECK_THAT(told(ledger, "a"),
             Catch::Contains("3 commands on it were refused, the last: UndoCancel"));
  for (int i = 0; i < 60; ++i) ledger.run("cancel a");
  Json many = why(ledger, "a");
  CHECK(many["refusedAttempts"].size() == 50);
  CHECK(many["omitted"]["refusedAttempts"] == 13);
}

TEST_CASE("an explanation as of a version knows nothing later", "[explain]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a; stop b; stopped a; undo 2; cancel b; cancel b");
  for (std::uint64_t version = 1; version <= ledger.state().version(); ++version) {
    auto then = ledger.state().version();
    for (const char* job : {"p", "a", "b"}) {
      Json answer = why(ledger, job, version);
      INFO("job " << job << " at " << version << " of " << then);
      CHECK(answer["version"] == static_cast<std::int64_t>(version));
      std::string text = answer.dump();
      for (std::uint64_t later = version; later < then; ++later) {
        std::string number = std::to_string(later);
        CHECK_THAT(text, !Catch::Contains("\"index\":" + number + ",") &&
                             !Catch::Contains("(entry " + number + ")") &&
                             !Catch::Contains("\"undoneBy\":" + number));
      }
    }
  }
}

TEST_CASE("a line of an explanation stays one", "[explain]") {
  LedgerFixture ledger;
  ledger.envelope.reason = "one\ntwo\x1b[2J";
  ledger.run("submit a; cancel a");
  CHECK_THAT(told(ledger, "a"), Catch::Contains("The reason given: one two [2J."));
}

}  // namespace jobledger::daemon::render
