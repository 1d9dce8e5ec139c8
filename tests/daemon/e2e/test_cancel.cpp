#include <catch2/catch.hpp>

#include "team.h"

// PATCH /jobs/{id}/cancel: its answers and its cascade.

namespace jobledger::daemon::e2e {
namespace {

/// The names of the jobs in an answer, in its order.
std::string names_in(const Tree& tree, const Json& jobs) {
  std::vector<std::string> ids;
  for (const Json& job : jobs.items()) ids.push_back(job["id"].text());
  return tree.names_of(ids);
}

}  // namespace

TEST_CASE("a cancel is 200 with an array of the cancelled job") {
  Team team = new_team();
  std::string id = team.create();
  Answer cancelled = team.cancel(id);
  CHECK(cancelled.status == 200);
  REQUIRE(cancelled.body.size() == 1);
  CHECK(cancelled.body[0] == team.job(id));
  CHECK(cancelled.body[0]["status"] == "manually_cancelled");
}

TEST_CASE("point 5: a cancelled job has errorAt, error with the reason, and no outputUrl") {
  Team team = new_team();
  std::string id = team.create(job_body(R"("upload":{"outputUrl":"https://x.test/o.mp4"})"));
  CHECK(team.job(id)["outputUrl"] == "https://x.test/o.mp4");
  Answer cancelled = team.cancel(id, R"({"reason":"a typo in the title"})");
  Json job = cancelled.body[0];
  CHECK(job["stats"]["errorAt"] == team.entry(cancelled.version() - 1)["time"]);
  CHECK(job["stats"]["error"] == "manually cancelled: a typo in the title");
  CHECK(job["stats"]["finishedAt"] == nullptr);
  CHECK(job["outputUrl"] == nullptr);
  CHECK(job["progress"] == 0);
}

TEST_CASE("a cancel without a reason says manually cancelled alone") {
  Team team = new_team();
  std::string body = GENERATE("", "{}", R"({"reason":null})", R"({"other":1})");
  Answer cancelled = team.cancel(team.create(), body);
  CHECK(cancelled.status == 200);
  CHECK(cancelled.body[0]["stats"]["error"] == "manually cancelled");
}

TEST_CASE("a cancel of a malformed id is 400, of an unknown one 404") {
  Team team = new_team();
  CHECK(team.cancel("nonsense").status == 400);
  CHECK(team.cancel("01J8ZQ5V7M3N9XKCW2D4R6T8YI").status == 400);
  CHECK(team.cancel(kUnknownId).status == 404);
  Answer impossible = team.cancel(kImpossibleId);
  CHECK(impossible.status == 404);
  CHECK(impossible.body["details"][0]["id"] == kImpossibleId);
}

TEST_CASE("a cancel with a reason that is none, or too long, is 400") {
  Team team = new_team();
  std::string id = team.create();
  CHECK(team.cancel(id, R"({"reason":5})").status == 400);
  CHECK(team.cancel(id, R"({"reason":")" + std::string(1025, 'x') + R"("})").status == 400);
  CHECK(team.cancel(id, "[]").status == 400);
  CHECK(team.cancel(id, "{").status == 400);
  CHECK(team.status(id) == "queued");
  CHECK(team.cancel(id, R"({"reason":")" + std::string(1024, 'x') + R"("})").status == 200);
}

TEST_CASE("a cancel of what cannot be cancelled is 409 and says by whom, when and why not") {
  Team team = new_team();
  std::string id = team.create();
  SECTION("rendering") {
    team.claim(id);
  }
  SECTION("finished") {
    team.render(id);
  }
  SECTION("failed") {
    team.fail(team.claim(id));
  }
  std::string status = team.job(id)["status"].text();
  Answer refused = team.cancel(id, R"({"reason":"too late"})");
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "not_cancellable");
  Json detail = refused.body["details"][0];
  CHECK(detail["id"] == id);
  CHECK(detail["status"] == status);
  CHECK(detail["actor"]["name"] == "tester");
  CHECK(detail["index"] == refused.version() - 2);
  CHECK(team.job(id)["status"] == status);
}

TEST_CASE("point 10: a second cancel is 409") {
  Team team = new_team();
  std::string id = team.create();
  CHECK(team.cancel(id, R"({"reason":"first"})").status == 200);
  Answer second = team.cancel(id);
  CHECK(second.status == 409);
  CHECK(second.body["details"][0]["reason"] == "first");
}

TEST_CASE("cascade: a cancelled parent takes every waiting child along, and so on down") {
  Team team = new_team();
  Tree tree = team.plant("root(a b(c d(e)))");
  Answer cancelled = team.cancel(tree["root"]);
  CHECK(names_in(tree, cancelled.body) == "root a b c d e");
  CHECK(team.get("/api/v2/jobs?states=manually_cancelled").body.size() == 6);
}

TEST_CASE("cascade: a cancelled child takes its parent and its siblings along, up and down") {
  Team team = new_team();
  Tree tree = team.plant("root(a(x y) b(z) c)");
  Answer cancelled = team.cancel(tree["x"]);
  // Breadth first, from each its parent, its siblings, its children (point 3).
  CHECK(names_in(tree, cancelled.body) == "x a y root b c z");
  Json events = team.entry(cancelled.version() - 1)["events"];
  CHECK(texts_of(events, "cause") == "requested child sibling child sibling sibling parent");
  CHECK(events[0]["via"] == nullptr);
  CHECK(events[1]["via"] == tree["x"]);
  CHECK(events[6]["via"] == tree["b"]);
}

TEST_CASE("point 4: what renders or is final is skipped, with its status, and not visited from") {
  Team team = new_team();
  Tree tree = team.plant("root(a b c(d))");
  team.claim(tree["b"]);
  team.render(tree["d"]);
  team.claim(tree["c"]);
  Answer cancelled = team.cancel(tree["a"]);
  CHECK(names_in(tree, cancelled.body) == "a root");
  CHECK(team.statuses(tree) == "root=cancelled a=cancelled b=rendering c=rendering d=finished");
  Json events = team.entry(cancelled.version() - 1)["events"];
  CHECK(texts_of(events, "type") == "JobCancelled JobCancelled CancelSkipped CancelSkipped");
  CHECK(texts_of(events, "after") ==
        "manually_cancelled manually_cancelled render:dorender render:dorender");
}

TEST_CASE("point 4: siblings are reached even if the parent itself was not cancellable") {
  DaemonRun daemon({"--cascade-on-child-error", "fail_parent_only"});
  Team team = daemon.new_team();
  Tree tree = team.plant("root(bad a b)");
  team.fail(team.claim(tree["bad"]));
  Answer cancelled = team.cancel(tree["a"]);
  CHECK(names_in(tree, cancelled.body) == "a b");
  CHECK(team.statuses(tree) == "root=error bad=error a=cancelled b=cancelled");
}

TEST_CASE("no later event wakes a cancelled job") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  Claimed a = team.claim(tree["a"]);
  team.cancel(tree["b"]);
  CHECK(team.statuses(tree) == "root=cancelled a=rendering b=cancelled");
  SECTION("the last child finishes") {
    team.finish(a);
    CHECK(team.statuses(tree) == "root=cancelled a=finished b=cancelled");
  }
  SECTION("a child fails") {
    team.fail(a);
    CHECK(team.statuses(tree) == "root=cancelled a=error b=cancelled");
    CHECK(team.job(tree["root"])["stats"]["error"] == "manually cancelled");
  }
}

TEST_CASE("point 5: a requeued job is cancelled with its progress as it stood") {
  Team team = new_team();
  std::string id = team.create();
  Claimed claimed = team.claim(id, R"("leaseSeconds":1)");
  CHECK(team.report(claimed, "progress", R"("progress":40)").body["progress"] == 40);
  REQUIRE(http::eventually([&] { return team.status(id) == "queued"; }));
  Json before = team.job(id);
  CHECK(team.cancel(id).body[0]["progress"] == before["progress"]);
}

TEST_CASE("a cancel that is refused is in the history of the job") {
  Team team = new_team();
  std::string id = team.create();
  team.render(id);
  Answer refused = team.cancel(id, R"({"reason":"too late"})");
  Json history = team.history(id);
  CHECK(texts_of(history, "type") == "SubmitJob ClaimJob FinishJob CancelJob");
  CHECK(texts_of(history, "outcome") == "accepted accepted accepted refused");
  CHECK(history[3]["reason"] == "too late");
  CHECK(history[3]["refusal"]["code"] == "not_cancellable");
  CHECK(history[3]["index"] == refused.version() - 1);
}

}  // namespace jobledger::daemon::e2e
