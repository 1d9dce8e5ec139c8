#include <catch2/catch.hpp>

#include "team.h"
#include "tests/support/ledger_fixture.h"

// GET /ledger/v1/cancellations: who cancelled what, when and why.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kCancellations = "/ledger/v1/cancellations";

std::string numbers(const Json& items, std::string_view name = "index") {
  std::string text;
  for (const Json& item : items.items()) text += (text.empty() ? "" : " ") + item[name].dump();
  return text;
}

Json page(Team& team, const std::string& query = "") {
  Answer answer = team.get(std::string(kCancellations) + "?" + query);
  INFO(answer.text);
  REQUIRE(answer.status == 200);
  return answer.body;
}

std::string found(Team& team, const std::string& query = "") {
  return numbers(page(team, query)["items"]);
}

Json whole(Team& team, std::int64_t index) {
  Answer answer = team.get(std::string(kCancellations) + "/" + std::to_string(index));
  INFO(answer.text);
  REQUIRE(answer.status == 200);
  return answer.body;
}

/// The same team with a token of that name.
Team named(const Team& team, const std::string& name) {
  Answer made = team.daemon().admin().post(
      "/ledger/v1/tokens", R"({"team":")" + team.name() + R"(","name":")" + name + "\"}");
  REQUIRE(made.status == 201);
  return Team(team.daemon(), team.name(), made.body["token"].text());
}

std::string text_of(std::int64_t index) {
  return std::to_string(index);
}

}  // namespace

TEST_CASE("a row tells who cancelled what, on whose behalf, why, and what it came to") {
  Team team = new_team();
  Tree tree = team.plant("root(a b(c))");
  team.claim(tree["c"]);
  Answer answer = team.call("PATCH", "/api/v2/jobs/" + tree["a"] + "/cancel",
                            R"({"reason":"wrong logo"})", {{"X-On-Behalf-Of", "ada@example.com"}});
  REQUIRE(answer.status == 200);
  Json rows = page(team);
  REQUIRE(rows["items"].size() == 1);
  CHECK(rows["next"] == nullptr);
  Json row = rows["items"][0];
  CHECK(row.names() ==
        "index time type outcome actor onBehalfOf requestId reason jobs batchId cause cancelled "
        "skipped stopping failed reinstated withdrawn refusal undoes undoneBy stopRequestedBy");
  CHECK(row["index"] == answer.version() - 1);
  CHECK(row["time"] == team.entry(answer.version() - 1)["time"]);
  CHECK(row["type"] == "CancelJob");
  CHECK(row["outcome"] == "accepted");
  CHECK(row["actor"]["name"] == "tester");
  CHECK(row["onBehalfOf"] == "ada@example.com");
  CHECK(row["requestId"] == answer.header("X-Request-Id"));
  CHECK(row["reason"] == "wrong logo");
  CHECK(texts_of(row["jobs"]) == tree["a"]);
  CHECK(row["batchId"] == nullptr);
  CHECK(row["cause"] == nullptr);
  CHECK(row["cancelled"] == 3);
  CHECK(row["skipped"] == 1);
  CHECK(row["stopping"] == 0);
  CHECK(row["refusal"] == nullptr);
  CHECK(row["undoneBy"] == nullptr);
}

TEST_CASE("one cascade whole names every job, with the relative that pulled it in") {
  Team team = new_team();
  Tree tree = team.plant("root(a b(c))");
  team.claim(tree["c"]);
  std::int64_t index =
      team.call("PATCH", "/api/v2/jobs/" + tree["a"] + "/cancel", "",
                {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
          .version() -
      1;
  Json cascade = whole(team, index);
  CHECK(cascade["traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  CHECK(cascade["actor"]["tokenId"].is_string());
  CHECK(cascade["actor"]["address"] == "127.0.0.1");
  Json jobs = cascade["jobsCancelled"];
  CHECK(texts_of(jobs, "id") == tree["a"] + " " + tree["root"] + " " + tree["b"]);
  CHECK(texts_of(jobs, "cause") == "requested child sibling");
  CHECK(texts_of(jobs, "before") == "queued pending pending");
  CHECK(texts_of(jobs, "status") == "manually_cancelled manually_cancelled manually_cancelled");
  CHECK(jobs[0]["via"] == nullptr);
  CHECK(jobs[2]["via"] == tree["a"]);
  CHECK(texts_of(cascade["jobsSkipped"], "id") == tree["c"]);
  CHECK(cascade["jobsSkipped"][0]["status"] == "render:dorender");
  CHECK(cascade["jobsSkipped"][0]["via"] == tree["b"]);
  CHECK(cascade["jobsStopping"].size() == 0);
  CHECK(cascade["jobsFailed"].size() == 0);
  CHECK(cascade["jobsReinstated"].size() == 0);
}

TEST_CASE("an entry that is no cancellation, or of another team, is 404 as one") {
  Team team = new_team();
  std::string id = team.create();
  std::string path = std::string(kCancellations) + "/";
  CHECK(team.get(path + text_of(team.version() - 1)).status == 404);
  std::int64_t index = team.cancel(id).version() - 1;
  Team other = new_team();
  Answer answer = other.get(path + text_of(index));
  CHECK(answer.status == 404);
  CHECK(answer.body["code"] == "cancellation_not_found");
  CHECK(team.get(path + text_of(index)).status == 200);
  CHECK(team.get(path + text_of(index) + "?asOf=" + text_of(index)).status == 404);
  CHECK(team.get(path + text_of(team.version() + 1000)).status == 404);
  CHECK(team.get(path + "first").status == 400);
}

TEST_CASE("refused attempts are among the rows, with what was wrong") {
  Team team = new_team();
  std::string id = team.create();
  std::int64_t first = team.cancel(id).version() - 1;
  std::int64_t second = team.cancel(id, R"({"reason":"really"})").version() - 1;
  std::int64_t unknown = team.cancel(kUnknownId).version() - 1;
  Team reader = team.with_token(R"("scopes":["jobs:read"])");
  std::int64_t scope = reader.cancel(id).version() - 1;
  Json rows = page(team)["items"];
  CHECK(numbers(rows) ==
        text_of(scope) + " " + text_of(unknown) + " " + text_of(second) + " " + text_of(first));
  CHECK(texts_of(rows, "outcome") == "refused refused refused accepted");
  CHECK(rows[0]["refusal"]["code"] == "insufficient_scope");
  CHECK(rows[1]["refusal"]["code"] == "job_not_found");
  CHECK(texts_of(rows[1]["jobs"]) == kUnknownId);
  CHECK(rows[2]["refusal"]["code"] == "not_cancellable");
  CHECK(rows[2]["refusal"]["details"][0]["index"] == first);
  CHECK(rows[2]["cancelled"] == 0);
  CHECK(found(team, "outcome=refused&job=" + id) == text_of(scope) + " " + text_of(second));
}

TEST_CASE("every filter, alone and with others") {
  Team team = new_team();
  Team robot = named(team, "robot");
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), tree_body("p(a)")}));
  std::string batch_id = batch.body["batchId"].text();
  std::string first = batch.body["jobs"][0]["id"].text();
  std::string child = batch.body["jobs"][1]["children"][0]["id"].text();
  std::string other = team.create();
  auto index = [](const Answer& answer) { return text_of(answer.version() - 1); };
  std::string a = index(robot.cancel(child, R"({"reason":"Wrong logo, TICKET-17"})"));
  std::string b = index(team.cancel(child, R"({"reason":"wrong colour"})"));
  std::string c = index(team.call("POST", "/api/v2/batches/" + batch_id + "/cancel",
                                  R"({"reason":"night shift"})", {{"X-On-Behalf-Of", "eve"}}));
  std::string d = index(robot.cancel_all({other}, R"("reason":"logo again")"));
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", d + " " + c + " " + b + " " + a},
      {"actor=robot", d + " " + a},
      {"actor=tester", c + " " + b},
      {"actor=nobody", ""},
      {"onBehalfOf=eve", c},
      {"onBehalfOf=adam", ""},
      {"reason=wrong", b + " " + a},
      {"reason=WRONG%20log", a},
      {"reason=ticket-17", a},
      {"reason=ogo", ""},
      {"job=" + child, b + " " + a},
      {"job=" + first, c},
      {"job=" + std::string(kUnknownId), ""},
      {"job=" + std::string(kImpossibleId), ""},
      {"batch=" + batch_id, c + " " + b + " " + a},
      {"batch=" + batch_id + "&job=" + first, c},
      {"outcome=refused", b},
      {"outcome=accepted", d + " " + c + " " + a},
      {"outcome=undone", ""},
      {"type=CancelJob", b + " " + a},
      {"type=CancelBatch", c},
      {"type=SubmitJob", ""},
      {"from=" + b, d + " " + c + " " + b},
      {"to=" + b, b + " " + a},
      {"from=" + b + "&to=" + c, c + " " + b},
      {"from=" + d + "&to=" + a, ""},
      {"cursor=" + c, b + " " + a},
      {"from=2000-01-01&to=2001-01-01", ""},
      {"from=2000-01-01T00:00:00Z", d + " " + c + " " + b + " " + a},
      {"actor=robot&reason=logo&type=CancelJobs", d},
      {"actor=robot&outcome=refused", ""},
      {"reason=wrong&job=" + child + "&outcome=accepted", a},
      {"asOf=" + c, b + " " + a},
      {"asOf=" + c + "&outcome=refused", b},
  };
  for (const auto& [query, wanted] : rows) {
    CAPTURE(query);
    CHECK(found(team, query) == wanted);
  }
}

TEST_CASE("a time to filter by is that of the entry, at both ends") {
  Team team = new_team();
  std::string first = text_of(team.cancel(team.create()).version() - 1);
  std::string time = page(team)["items"][0]["time"].text();
  CHECK(found(team, "from=" + time + "&to=" + time) == first);
  CHECK(found(team, "to=" + time) == first);
  CHECK(found(team, "from=2999-01-01") == "");
}

TEST_CASE("a filter of cancellations that cannot be is 400") {
  Team team = new_team();
  auto [query, field] = GENERATE(table<std::string, std::string>({
      {"outcome=done", "outcome"},
      {"type=DoIt", "type"},
      {"job=nonsense", "job"},
      {"batch=nonsense", "batch"},
      {"limit=0", "limit"},
      {"limit=1001", "limit"},
      {"cursor=x", "cursor"},
      {"from=yesterday", "from"},
      {"to=99999999999999999999999", "to"},
      {"reason=--", "reason"},
  }));
  Answer refused = team.get(std::string(kCancellations) + "?" + query);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
}

TEST_CASE("pages go on below the last row, whatever is cancelled meanwhile") {
  Team team = new_team();
  for (int i = 0; i < 7; ++i) team.cancel(team.create());
  std::string all = found(team);
  std::string paged;
  std::string cursor;
  while (cursor != "null") {
    Json next = page(team, "limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    CHECK(next["items"].size() <= 3);
    paged += (paged.empty() ? "" : " ") + numbers(next["items"]);
    cursor = next["next"].dump();
    team.cancel(team.create());
  }
  CHECK(paged == all);
}

TEST_CASE("a team sees its own cancellations alone") {
  Team team = new_team();
  Team other = new_team();
  std::string id = team.create();
  team.cancel(id, R"({"reason":"secret"})");
  std::string attempt = text_of(other.cancel(id).version() - 1);
  CHECK(found(other) == attempt);
  CHECK(found(other, "reason=secret") == "");
  CHECK(found(other, "job=" + id) == "");
  CHECK(page(other)["items"][0]["refusal"]["code"] == "job_not_found");
}

TEST_CASE("a child's error is a cancellation of the system's own") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  std::int64_t index = team.fail(team.claim(tree["a"])).version() - 1;
  Json row = page(team)["items"][0];
  CHECK(row["index"] == index);
  CHECK(row["type"] == "FailJob");
  CHECK(row["cause"] == "child-failed");
  CHECK(texts_of(row["jobs"]) == tree["a"]);
  CHECK(row["cancelled"] == 1);
  CHECK(row["failed"] == 2);
  Json cascade = whole(team, index);
  CHECK(texts_of(cascade["jobsCancelled"], "id") == tree["b"]);
  CHECK(cascade["jobsCancelled"][0]["cause"] == "child-failed");
  CHECK(cascade["jobsCancelled"][0]["via"] == tree["a"]);
  CHECK(texts_of(cascade["jobsFailed"], "id") == tree["a"] + " " + tree["root"]);
}

TEST_CASE("stops, what carried them out, and undos are told with their links") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string a, b;
  std::int64_t asked = 0;
  daemon.write_ledger([&](tests::LedgerFixture& ledger) {
    ledger.envelope.actor.team = team.name();
    ledger.run("submit p(a b c)");
    ledger.run("claim a; claim b; claim c");
    asked = static_cast<std::int64_t>(ledger.run("stop p").version) - 1;
    ledger.run("stopped a; expire b; finish c -");
    ledger.run("undo " + text_of(asked));
    ledger.run("undo " + text_of(asked));
    a = ledger.id("a").text();
    b = ledger.id("b").text();
  });
  std::string undo = text_of(asked + 4);
  // The finish of c is none; the second undo is refused.
  CHECK(found(team) == text_of(asked + 5) + " " + undo + " " + text_of(asked + 2) + " " +
                           text_of(asked + 1) + " " + text_of(asked));
  CHECK(found(team, "outcome=undone") ==
        text_of(asked + 2) + " " + text_of(asked + 1) + " " + text_of(asked));
  CHECK(found(team, "outcome=undone&asOf=" + undo) == "");
  CHECK(found(team, "type=UndoCancel&outcome=refused") == text_of(asked + 5));
  Json rows = page(team)["items"];
  CHECK(numbers(rows, "undoneBy") == "null null " + undo + " " + undo + " " + undo);
  CHECK(numbers(rows, "undoes") == text_of(asked) + " " + text_of(asked) + " null null null");
  CHECK(numbers(rows, "cause") == R"(null null "lease-ended" "stopped" null)");
  CHECK(rows[2]["stopRequestedBy"] == asked);
  CHECK(rows[4]["stopping"] == 3);
  CHECK(rows[1]["reinstated"] == 3);

  Json stop = whole(team, asked);
  CHECK(stop["jobsStopping"].size() == 3);
  CHECK(stop["jobsStopping"][0]["id"] == a);
  CHECK(stop["jobsStopping"][0]["stoppedBy"].dump() ==
        R"({"index":)" + text_of(asked + 1) + R"(,"status":"manually_cancelled"})");
  CHECK(stop["jobsStopping"][1]["stoppedBy"]["index"] == asked + 2);
  CHECK(stop["jobsStopping"][2]["stoppedBy"]["status"] == "finished");
  Json early =
      team.get(std::string(kCancellations) + "/" + text_of(asked) + "?asOf=" + text_of(asked + 1))
          .body;
  CHECK(early["jobsStopping"][0]["stoppedBy"] == nullptr);
  CHECK(early["undoneBy"] == nullptr);
  CHECK(whole(team, asked + 4)["jobsReinstated"].size() == 3);
}

}  // namespace jobledger::daemon::e2e
