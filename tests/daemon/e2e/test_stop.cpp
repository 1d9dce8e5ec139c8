#include <catch2/catch.hpp>

#include "team.h"

// running=stop: cancels that reach jobs that are being rendered. And the limit of attempts.

namespace jobledger::daemon::e2e {
namespace {

Answer stop(Team& team, const std::string& id, std::string_view body = "") {
  return team.call("PATCH", "/api/v2/jobs/" + id + "/cancel?running=stop", body);
}

}  // namespace

TEST_CASE("a rendering job is asked to stop, and follows when its worker has stopped") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  Claimed held = team.claim(tree["a"]);
  CHECK(team.report(held, "heartbeat").body["stop"].missing());
  Answer asked = stop(team, tree["a"], R"({"reason":"wrong logo"})");
  CHECK(asked.status == 200);
  CHECK(asked.header("Stop-Requested") == "1");
  CHECK(texts_of(asked.body, "id") == tree["p"] + ' ' + tree["b"]);
  CHECK(team.statuses(tree) == "p=cancelled a=rendering b=cancelled");

  Json heartbeat = team.report(held, "heartbeat").body;
  CHECK(heartbeat["stop"]["reason"] == "wrong logo");
  CHECK(heartbeat["stop"]["actor"]["team"] == team.name());
  CHECK(heartbeat["stop"]["index"] == asked.version() - 1);

  Answer stopped = team.report(held, "stopped");
  CHECK(stopped.status == 200);
  CHECK(stopped.body["status"] == "manually_cancelled");
  CHECK(stopped.body["stats"]["error"] == "manually cancelled: wrong logo");
  CHECK(stopped.body["outputUrl"] == nullptr);
  Json entry = team.entry(stopped.version() - 1);
  CHECK(entry["type"] == "ReportStopped");
  CHECK(entry["command"]["stopRequestedBy"] == asked.version() - 1);
  CHECK(entry["events"][0]["cause"] == "stopped");
}

TEST_CASE("a stopped job keeps its start and its progress") {
  Team team = new_team();
  Claimed held = team.claim(team.create());
  team.report(held, "progress", R"("progress":40)");
  Json before = team.job(held.job);
  stop(team, held.job);
  team.report(held, "progress", R"("progress":60)");
  Json stopped = team.report(held, "stopped").body;
  CHECK(stopped["progress"] == 60);
  CHECK(stopped["stats"]["startedAt"] == before["stats"]["startedAt"]);
  std::string kinds;
  for (const Json& item : team.history(held.job).items()) {
    kinds += item["event"]["type"].text() + ' ';
  }
  CHECK(kinds == "JobSubmitted JobClaimed JobProgressed StopRequested JobProgressed JobCancelled ");
}

TEST_CASE("a worker that is late after a stop is told who asked for it and why") {
  Team team = new_team();
  Claimed held = team.claim(team.create());
  Team worker = team.with_token(R"("scopes":"worker")");
  std::int64_t asked = stop(team, held.job, R"({"reason":"halt"})").version() - 1;
  std::int64_t stopped = worker.report(held, "stopped").version() - 1;
  Answer late = worker.report(held, "finish");
  CHECK(late.status == 409);
  Json told = late.body["details"][0];
  CHECK(told["index"] == stopped);
  CHECK(told["reason"] == "halt");
  std::string stopper = team.entry(asked)["actor"]["tokenId"].text();
  CHECK(stopper != team.entry(stopped)["actor"]["tokenId"].text());
  CHECK(told["actor"]["tokenId"] == stopper);
}

TEST_CASE("a job that finishes before it stops is finished") {
  Team team = new_team();
  Claimed held = team.claim(team.create());
  stop(team, held.job);
  CHECK(team.finish(held).status == 200);
  CHECK(team.status(held.job) == "finished");
  Answer late = team.report(held, "stopped");
  CHECK(late.status == 409);
  CHECK(late.body["code"] == "job_final");
}

TEST_CASE("a job whose lease ends while it is to stop is cancelled, not queued again") {
  Team team = new_team();
  Claimed held = team.claim(team.create(), R"("leaseSeconds":1)");
  stop(team, held.job, R"({"reason":"no worker left"})");
  REQUIRE(http::eventually([&] { return team.status(held.job) == "cancelled"; }));
  CHECK(team.job(held.job)["stats"]["error"] == "manually cancelled: no worker left");
  Json history = team.history(held.job);
  CHECK(history[history.size() - 1]["type"] == "ExpireLease");
  CHECK(history[history.size() - 1]["event"]["cause"] == "lease-ended");
}

TEST_CASE("a second stop is 409, and so is a stop that nobody asked for") {
  Team team = new_team();
  Claimed held = team.claim(team.create());
  Answer early = team.report(held, "stopped");
  CHECK(early.status == 409);
  CHECK(early.body["code"] == "no_stop_requested");
  CHECK(stop(team, held.job).status == 200);
  CHECK(stop(team, held.job).status == 409);
  CHECK(team.cancel(held.job).status == 409);
}

TEST_CASE("a batch is cancelled with its running jobs") {
  Team team = new_team();
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), job_body()}));
  Claimed held = team.claim(batch.body["jobs"][0]["id"].text());
  Answer cancelled =
      team.post("/api/v2/batches/" + batch.body["batchId"].text() + "/cancel?running=stop", "");
  CHECK(cancelled.header("Stop-Requested") == "1");
  CHECK(cancelled.body["status"] == "partial");
  CHECK(cancelled.body["jobs"][0]["result"] == "skipped");
  CHECK(cancelled.body["jobs"][0]["reason"].text().starts_with("asked to stop"));
  CHECK(cancelled.body["cancelledJobs"].size() == 1);
  team.report(held, "stopped");
  CHECK(team.get("/api/v2/batches/" + batch.body["batchId"].text()).body["stats"]["cancelled"] ==
        2);
}

TEST_CASE("running is stop or nothing, and a plan tells whom it would stop") {
  Team team = new_team();
  Claimed held = team.claim(team.create());
  std::string path = "/api/v2/jobs/" + held.job + "/cancel";
  CHECK(team.call("PATCH", path + "?running=kill").status == 400);
  CHECK(team.call("PATCH", path).status == 409);
  Answer planned = team.call("PATCH", path + "?running=stop&dryRun=true");
  CHECK(texts_of(planned.body["stopping"], "id") == held.job);
  CHECK(team.report(held, "heartbeat").body["stop"].missing());
}

TEST_CASE("a job whose leases end again and again ends in error, if the operator sets a limit") {
  DaemonRun daemon({"--lease-max-attempts", "2", "--limits-requests-per-second", "0"});
  Team team = daemon.new_team();
  Tree tree = team.plant("p(a b)");
  team.claim(tree["a"], R"("leaseSeconds":1)");
  REQUIRE(http::eventually([&] { return team.status(tree["a"]) == "queued"; }));
  team.claim(tree["a"], R"("leaseSeconds":1)");
  REQUIRE(http::eventually([&] { return team.status(tree["a"]) == "error"; }));
  CHECK(team.job(tree["a"])["stats"]["error"] ==
        "its lease ended 2 times without a report of its end");
  CHECK(team.statuses(tree) == "p=error a=error b=cancelled");
}

}  // namespace jobledger::daemon::e2e
