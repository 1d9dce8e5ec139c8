#include <catch2/catch.hpp>

#include "team.h"

// Leases that end, and reports that come too late.

namespace jobledger::daemon::e2e {
namespace {

/// A job of which the lease has ended, held by another worker now.
struct Taken {
  Claimed late;
  Claimed holder;
};

Taken taken_job(Team& team) {
  Taken taken;
  taken.late = team.claim(team.create(), R"("leaseSeconds":1)");
  // Waits for the end of the lease.
  Answer answer = team.post("/api/v2/worker/claim", R"({"wait":60})");
  REQUIRE(answer.status == 200);
  taken.holder = {answer.body["job"]["id"].text(), answer.body["lease"].text(), answer};
  return taken;
}

}  // namespace

TEST_CASE("a lease that ends puts the job back to queued, as an event") {
  Team team = new_team();
  Taken taken = taken_job(team);
  CHECK(taken.holder.job == taken.late.job);
  CHECK(taken.holder.lease != taken.late.lease);
  Json history = team.history(taken.late.job);
  CHECK(texts_of(history, "type") == "SubmitJob ClaimJob ExpireLease ClaimJob");
  CHECK(history[2]["actor"]["kind"] == "system");
  CHECK(history[2]["event"]["type"] == "JobRequeued");
  CHECK(history[2]["event"]["cause"] == "lease-ended");
}

TEST_CASE("point 18: a requeued job keeps its place in the order") {
  Team team = new_team();
  std::string old = team.create();
  team.claim(old, R"("leaseSeconds":1)");
  std::string young = team.create();
  REQUIRE(http::eventually([&] { return team.status(old) == "queued"; }));
  CHECK(team.post("/api/v2/worker/claim", "").body["job"]["id"] == old);
  CHECK(team.post("/api/v2/worker/claim", "").body["job"]["id"] == young);
}

TEST_CASE("a report under a stale lease is 409 and says who holds the job since when") {
  Team team = new_team();
  Taken taken = taken_job(team);
  std::string kind = GENERATE("heartbeat", "progress", "finish", "fail");
  Answer refused = team.report(taken.late, kind, R"("progress":50,"error":"x")");
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "stale_lease");
  Json detail = refused.body["details"][0];
  CHECK(detail["id"] == taken.late.job);
  CHECK(detail["status"] == "render:dorender");
  CHECK(detail["time"].is_string());
  CHECK(detail["actor"]["name"] == "tester");
  CHECK(team.status(taken.late.job) == "rendering");
  CHECK(team.finish(taken.holder).status == 200);
}

TEST_CASE("a report on a final job is 409 and says who ended it, when and why") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  Claimed claimed = team.claim(tree["a"]);
  team.fail(claimed, "first");
  Answer refused = team.report(claimed, "finish");
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "job_final");
  CHECK(refused.body["details"][0]["status"] == "error");
  CHECK(refused.body["details"][0]["index"] == refused.version() - 2);
  CHECK(team.status(tree["a"]) == "error");
}

TEST_CASE("point 23: late reports are recorded once per lease and kind, and change nothing") {
  Team team = new_team();
  std::string id = team.create();
  Claimed claimed = team.claim(id);
  team.finish(claimed);
  Json before = team.job(id);
  std::int64_t version = team.version();
  for (int round = 0; round < 3; ++round) {
    CHECK(team.report(claimed, "finish").status == 409);
    CHECK(team.report(claimed, "fail", R"("error":"x")").status == 409);
    CHECK(team.report(claimed, "progress", R"("progress":7)").status == 409);
    CHECK(team.report(claimed, "heartbeat").status == 409);  // changes nothing: no entry
  }
  CHECK(team.version() == version + 3);
  CHECK(team.job(id) == before);
  Json history = team.history(id);
  CHECK(texts_of(history, "type") ==
        "SubmitJob ClaimJob FinishJob FinishJob FailJob ReportProgress");
  CHECK(texts_of(history, "outcome") == "accepted accepted accepted refused refused refused");
  // Another lease counts for itself.
  claimed.lease = std::string(kUnknownId);
  CHECK(team.report(claimed, "finish").status == 409);
  CHECK(team.version() == version + 4);
}

TEST_CASE("a lease that is no lease is a stale one") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create());
  claimed.lease = "nonsense";
  CHECK(team.report(claimed, "heartbeat").status == 409);
  CHECK(team.report(claimed, "finish").status == 409);
}

TEST_CASE("a heartbeat keeps a lease from ending") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create(), R"("leaseSeconds":2)");
  // Another lease, claimed later and of the same length, ends meanwhile.
  std::string other = team.create();
  team.report(claimed, "heartbeat");
  team.claim(other, R"("leaseSeconds":1)");
  REQUIRE(http::eventually([&] {
    REQUIRE(team.report(claimed, "heartbeat").status == 200);
    return team.status(other) == "queued";
  }));
  CHECK(team.status(claimed.job) == "rendering");
}

TEST_CASE("a restart gives a lease its full time, and it still ends") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string id = team.create();
  Claimed claimed = team.claim(id, R"("leaseSeconds":3600)");
  std::string other = team.create();
  team.claim(other, R"("leaseSeconds":1)");
  daemon.restart();
  CHECK(team.report(claimed, "heartbeat").status == 200);
  CHECK(http::eventually([&] { return team.status(other) == "queued"; }));
  CHECK(team.finish(claimed).body["status"] == "finished");
}

}  // namespace jobledger::daemon::e2e
