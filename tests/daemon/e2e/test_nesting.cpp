#include <catch2/catch.hpp>

#include "team.h"

// Trees of jobs: how deep and how large they may be, and how a parent waits for its children.

namespace jobledger::daemon::e2e {
namespace {

int depth_of(const Json& created) {
  Json below = created["children"][0];
  return below.missing() ? 1 : 1 + depth_of(below);
}

}  // namespace

TEST_CASE("point 9: jobs may nest up to 16 deep") {
  Team team = new_team();
  int depth = GENERATE(1, 2, 15, 16);
  Answer created = team.post("/api/v2/jobs", nested_body(depth));
  REQUIRE(created.status == 201);
  CHECK(depth_of(created.body) == depth);
}

TEST_CASE("point 9: 17 deep is a 400 that says so") {
  Team team = new_team();
  Answer refused = team.post("/api/v2/jobs", nested_body(17));
  CHECK(refused.status == 400);
  CHECK_THAT(refused.body["error"].text(), Catch::Contains("16 deep"));
}

TEST_CASE("point 9: a tree beyond its limit of jobs is a 400 that says so") {
  DaemonRun daemon({"--limits-tree-jobs", "3"});
  Team team = daemon.new_team();
  CHECK(team.post("/api/v2/jobs", tree_body("root(a b)")).status == 201);
  Answer refused = team.post("/api/v2/jobs", tree_body("root(a b(c))"));
  CHECK(refused.status == 400);
  CHECK_THAT(refused.body["error"].text(), Catch::Contains("may hold 3"));
  // In a batch it is one job's trouble, and each tree counts for itself.
  Answer batch =
      team.post("/api/v2/batches", batch_body({tree_body("p(a b)"), tree_body("q(a b c)")}));
  CHECK(batch.status == 201);
  CHECK(batch.body["status"] == "partial");
}

TEST_CASE("jobs of one entry beyond their limit are a 400 that says so") {
  DaemonRun daemon({"--limits-jobs-per-entry", "3"});
  Team team = daemon.new_team();
  Answer refused = team.post("/api/v2/jobs", tree_body("root(a b c)"));
  CHECK(refused.status == 400);
  CHECK_THAT(refused.body["error"].text(), Catch::Contains("3"));
  refused = team.post("/api/v2/batches", batch_body({tree_body("p(a)"), tree_body("q(b)")}));
  CHECK(refused.status == 400);
  std::string two = batch_body({job_body(), job_body()});
  std::vector<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    for (const Json& job : team.post("/api/v2/batches", two).body["jobs"].items()) {
      ids.push_back(job["id"].text());
    }
  }
  std::int64_t before = team.version();
  refused = team.cancel_all(ids);
  CHECK(refused.status == 400);
  CHECK(refused.body["code"] == "too_many_jobs");
  CHECK(team.version() == before);
}

TEST_CASE("when the last child finishes, the parent becomes queued, level by level") {
  Team team = new_team();
  Tree tree = team.plant("root(a b(c d))");
  CHECK(team.statuses(tree) == "root=pending a=queued b=pending c=queued d=queued");
  team.render(tree["c"]);
  CHECK(team.statuses(tree) == "root=pending a=queued b=pending c=finished d=queued");
  team.render(tree["d"]);
  CHECK(team.statuses(tree) == "root=pending a=queued b=queued c=finished d=finished");
  team.render(tree["b"]);
  CHECK(team.status(tree["root"]) == "pending");
  team.render(tree["a"]);
  CHECK(team.status(tree["root"]) == "queued");
  team.render(tree["root"]);
  CHECK(team.statuses(tree) == "root=finished a=finished b=finished c=finished d=finished");
}

TEST_CASE("point 8: a failed child makes its parent fail and cancels the waiting siblings") {
  Team team = new_team();
  Tree tree = team.plant("root(a b c(d))");
  Answer failed = team.fail(team.claim(tree["a"]), "no disk");
  CHECK(failed.body["status"] == "error");
  CHECK(failed.body["stats"]["error"] == "no disk");
  CHECK(team.statuses(tree) == "root=error a=error b=cancelled c=cancelled d=cancelled");
  CHECK(team.job(tree["root"])["stats"]["error"] == "child " + tree["a"] + " failed: no disk");
  CHECK(team.job(tree["b"])["stats"]["error"] == "manually cancelled");
  Json entry = team.entry(failed.version() - 1);
  CHECK(entry["type"] == "FailJob");
  CHECK(texts_of(entry["events"], "type") ==
        "JobFailed JobFailed JobCancelled JobCancelled JobCancelled");
}

TEST_CASE("point 8: with fail_parent_only the siblings go on") {
  DaemonRun daemon({"--cascade-on-child-error", "fail_parent_only"});
  Team team = daemon.new_team();
  Tree tree = team.plant("root(a b)");
  team.fail(team.claim(tree["a"]));
  CHECK(team.statuses(tree) == "root=error a=error b=queued");
  team.render(tree["b"]);
  CHECK(team.statuses(tree) == "root=error a=error b=finished");
}

TEST_CASE("point 24: a failed child fails every pending ancestor, up to the root") {
  Team team = new_team();
  Tree tree = team.plant("root(x(y) p(q(bad side(below))))");
  Claimed rendering = team.claim(tree["y"]);
  team.fail(team.claim(tree["bad"]), "boom");
  CHECK(team.statuses(tree) ==
        "root=error x=cancelled y=rendering p=error q=error bad=error side=cancelled "
        "below=cancelled");
  CHECK(team.job(tree["q"])["stats"]["error"] == "child " + tree["bad"] + " failed: boom");
  CHECK(team.job(tree["p"])["stats"]["error"] == "child " + tree["q"] + " failed: boom");
  // No later event of the one that still renders wakes a cancelled job.
  team.finish(rendering);
  CHECK(team.status(tree["x"]) == "cancelled");
}

TEST_CASE("point 18: children inherit tags and priority unless they set their own") {
  Team team = new_team();
  Tree tree =
      team.plant(R"(root{"tags":"red,blue","priority":5}(a b{"tags":["green"],"priority":-1}(c)))");
  Json events = team.entry(team.version() - 1)["events"];
  REQUIRE(events.size() == 4);
  CHECK(events[1]["tags"].dump() == R"(["red","blue"])");
  CHECK(events[1]["priority"] == 5);
  CHECK(events[2]["tags"].dump() == R"(["green"])");
  CHECK(events[3]["tags"].dump() == R"(["green"])");
  CHECK(events[3]["priority"] == -1);
  CHECK(team.get("/api/v2/jobs?tags=green").body.size() == 2);
}

}  // namespace jobledger::daemon::e2e
