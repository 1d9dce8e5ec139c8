#include <catch2/catch.hpp>

#include "team.h"

// dryRun, and If-Match with the ETag of the plan: plan, then apply. And the guard of a token.

namespace jobledger::daemon::e2e {
namespace {

std::string cancel_path(std::string_view id, std::string_view query = "") {
  return "/api/v2/jobs/" + std::string(id) + "/cancel" + std::string(query);
}

std::string told(const Tree& tree, const Json& jobs) {
  std::string text;
  for (const Json& job : jobs.items()) {
    if (!text.empty()) text += ", ";
    text +=
        tree.names_of({job["id"].text()}) + ' ' + job["status"].text() + ' ' + job["cause"].text();
    if (job["via"].is_string()) text += '<' + tree.names_of({job["via"].text()});
  }
  return text;
}

Answer plan(Team& team, const std::string& id, std::string_view more = "") {
  return team.call("PATCH", cancel_path(id, "?dryRun=true" + std::string(more)));
}

Answer apply(Team& team, const std::string& id, const Answer& planned) {
  return team.call("PATCH", cancel_path(id), "", {{"If-Match", planned.header("ETag")}});
}

}  // namespace

TEST_CASE("a dry run answers the whole cascade and writes nothing") {
  Team team = new_team();
  Tree tree = team.plant("p(a b c(d))");
  team.claim(tree["b"]);
  std::int64_t version = team.version();
  Answer planned = plan(team, tree["a"]);
  CHECK(planned.status == 200);
  CHECK(planned.body["version"] == planned.version());
  CHECK(planned.header("ETag") == '"' + std::to_string(planned.version()) + '"');
  CHECK(told(tree, planned.body["cancelled"]) ==
        "a queued requested, p pending child<a, c pending sibling<a, d queued parent<c");
  CHECK(told(tree, planned.body["skipped"]) == "b render:dorender sibling<a");
  CHECK(planned.body["stopping"].size() == 0);
  CHECK(team.statuses(tree) == "p=pending a=queued b=rendering c=pending d=queued");
  CHECK(team.entry(version - 1)["index"] == version - 1);
  for (const Json& item : team.history(tree["a"]).items()) CHECK(item["type"] != "CancelJob");
}

TEST_CASE("a plan of a list and of a batch") {
  Team team = new_team();
  std::string one = team.create();
  std::string other = team.create();
  Answer list = team.post("/api/v2/jobs/cancel?dryRun=true", id_list({one, other}));
  CHECK(list.status == 200);
  CHECK(texts_of(list.body["cancelled"], "id") == one + ' ' + other);
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), job_body()}));
  std::string path = "/api/v2/batches/" + batch.body["batchId"].text() + "/cancel";
  Answer planned = team.post(path + "?dryRun=true", "");
  CHECK(texts_of(planned.body["cancelled"], "cause") == "batch batch");
  Answer applied = team.post(path, "", {{"If-Match", planned.header("ETag")}});
  CHECK(applied.status == 200);
  CHECK(applied.body["cancelledCount"] == 2);
}

TEST_CASE("a dry run is refused as the cancel would be, without an entry") {
  Team team = new_team();
  std::string id = team.create();
  CHECK(plan(team, "nonsense").status == 400);
  CHECK(plan(team, std::string(kUnknownId)).status == 404);
  team.cancel(id);
  std::size_t entries = static_cast<std::size_t>(team.history(id).size());
  Answer again = plan(team, id);
  CHECK(again.status == 409);
  CHECK(again.body["details"][0]["status"] == "manually_cancelled");
  CHECK(static_cast<std::size_t>(team.history(id).size()) == entries);
  Team reader = team.with_token(R"("scopes":"jobs:read,audit:read")");
  CHECK(plan(reader, id).status == 403);
  CHECK(team.call("PATCH", cancel_path(id, "?dryRun=maybe")).status == 400);
}

TEST_CASE("who says dryRun is never misunderstood, and nothing is cancelled in the past") {
  Team team = new_team();
  std::string id = team.create();
  std::string path = cancel_path(id);
  for (const char* query :
       {"?dryRun=", "?dryRun=yes", "?running=", "?asOf=2020-01-01", "?dryRun=false&asOf=1"}) {
    CAPTURE(query);
    CHECK(team.call("PATCH", path + query).status == 400);
  }
  CHECK(team.call("PATCH", path + "?dryRun=true&dryRun=false").header("ETag") != "");
  CHECK(team.status(id) == "queued");
  Answer cancelled = team.cancel(id);
  std::string undo =
      "/ledger/v1/cancellations/" + std::to_string(cancelled.version() - 1) + "/undo";
  CHECK(team.post(undo + "?dryRun=true", "").status == 400);
  CHECK(team.status(id) == "cancelled");
}

TEST_CASE("a plan may be asked as of an earlier version") {
  Team team = new_team();
  std::string id = team.create();
  std::int64_t then = team.version();
  team.cancel(id);
  Answer planned = plan(team, id, "&asOf=" + std::to_string(then));
  CHECK(planned.body["version"] == then);
  CHECK(planned.body["cancelled"][0]["id"] == id);
}

TEST_CASE("a plan is applied if nothing of it has changed, whatever else has") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  Claimed held = team.claim(tree["b"]);
  Answer planned = plan(team, tree["a"]);
  team.create();
  team.report(held, "progress", R"("progress":50)");
  Answer applied = apply(team, tree["a"], planned);
  CHECK(applied.status == 200);
  CHECK(applied.body.size() == 2);
  CHECK(team.entry(applied.version() - 1)["command"]["plan"] == planned.body["version"]);
}

TEST_CASE("a plan of which a job has changed is 412 with what changed, and does nothing") {
  Team team = new_team();
  Tree tree = team.plant("p(a b c)");
  Claimed held = team.claim(tree["c"]);
  Answer planned = plan(team, tree["a"]);
  SECTION("one to be cancelled") {
    team.claim(tree["b"]);
    Answer applied = apply(team, tree["a"], planned);
    CHECK(applied.status == 412);
    CHECK(applied.body["code"] == "plan_changed");
    REQUIRE(applied.body["details"].size() == 1);
    Json detail = applied.body["details"][0];
    CHECK(detail["id"] == tree["b"]);
    CHECK(detail["status"] == "render:dorender");
    CHECK(detail["message"].text().find("queued") != std::string::npos);
    CHECK(detail["actor"]["kind"] == "token");
  }
  SECTION("one to be left alone") {
    team.finish(held);
    Answer applied = apply(team, tree["a"], planned);
    CHECK(applied.status == 412);
    CHECK(applied.body["details"][0]["id"] == tree["c"]);
  }
  SECTION("the one that was asked for: 412 comes before 409") {
    team.claim(tree["a"]);
    CHECK(apply(team, tree["a"], planned).status == 412);
  }
  CHECK(team.status(tree["p"]) == "pending");
  Json history = team.history(tree["a"]);
  CHECK(history[history.size() - 1]["refusal"]["code"] == "plan_changed");
}

TEST_CASE("404 comes before 412") {
  Team team = new_team();
  Answer planned = plan(team, team.create());
  CHECK(apply(team, std::string(kUnknownId), planned).status == 404);
}

TEST_CASE("an If-Match that is no plan's is 400") {
  Team team = new_team();
  std::string id = team.create();
  std::string tag = GENERATE("5", "\"x\"", "W/\"5\"", "*", "\"\"", "\"99999999\"", "");
  CHECK(team.call("PATCH", cancel_path(id), "", {{"If-Match", tag}}).status == 400);
  CHECK(team.status(id) == "queued");
}

TEST_CASE("a guarded token must confirm the plan of a large cancel") {
  Team team = new_team();
  Team guarded = team.with_token(R"("confirmAbove":2)");
  Tree small = team.plant("p(a)");
  CHECK(guarded.cancel(small["a"]).status == 200);
  Tree tree = team.plant("p(a b)");
  Answer refused = guarded.cancel(tree["a"]);
  CHECK(refused.status == 428);
  CHECK(refused.body["code"] == "confirmation_required");
  CHECK(team.statuses(tree) == "p=pending a=queued b=queued");
  Json history = team.history(tree["a"]);
  CHECK(history[1]["refusal"]["code"] == "confirmation_required");
  Answer planned = plan(guarded, tree["a"]);
  CHECK(planned.status == 200);
  CHECK(apply(guarded, tree["a"], planned).status == 200);
}

}  // namespace jobledger::daemon::e2e
