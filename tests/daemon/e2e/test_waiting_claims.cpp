#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "team.h"

// Claims that wait for a job: what wakes them, and what ends them.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kWaits = R"({"wait":60})";

Team patient_team() {
  return daemon_of_one_thread().new_team();
}

}  // namespace

TEST_CASE("a waiting claim is woken by a create") {
  Team team = patient_team();
  Waiting claim = team.begin_claim(kWaits, "key");
  std::string id = team.create();
  Answer answer = claim.answer();
  CHECK(answer.status == 200);
  CHECK(answer.body["job"]["id"] == id);
}

TEST_CASE("each newly queued job wakes one waiting claim") {
  Team team = patient_team();
  Waiting first = team.begin_claim(kWaits, "first");
  Waiting second = team.begin_claim(kWaits, "second");
  std::string one = team.create();
  CHECK(first.answer().body["job"]["id"] == one);
  std::string two = team.create();
  CHECK(second.answer().body["job"]["id"] == two);
}

TEST_CASE("a batch wakes as many waiting claims as it has jobs") {
  Team team = patient_team();
  Waiting first = team.begin_claim(kWaits, "first");
  Waiting second = team.begin_claim(kWaits, "second");
  team.post("/api/v2/batches", batch_body({job_body(), job_body()}));
  std::string one = first.answer().body["job"]["id"].text();
  std::string two = second.answer().body["job"]["id"].text();
  CHECK(one != two);
}

TEST_CASE("a waiting claim by tags is woken by a job with one of them alone") {
  Team team = patient_team();
  Waiting claim = team.begin_claim(R"({"wait":60,"tags":["red","blue"]})", "key");
  team.create(job_body(R"("tags":"green")"));
  team.create();
  std::string blue = team.create(job_body(R"("tags":"blue,green")"));
  CHECK(claim.answer().body["job"]["id"] == blue);
}

TEST_CASE("a waiting claim is woken by a parent whose last child finished") {
  Team team = patient_team();
  Tree tree = team.plant("root(a)");
  Claimed child = team.claim(tree["a"]);
  Waiting claim = team.begin_claim(kWaits, "key");
  team.finish(child);
  CHECK(claim.answer().body["job"]["id"] == tree["root"]);
}

TEST_CASE("a waiting claim is woken by a requeue") {
  Team team = patient_team();
  std::string id = team.create();
  team.claim(id, R"("leaseSeconds":1)");
  Waiting claim = team.begin_claim(kWaits, "key");
  CHECK(claim.answer().body["job"]["id"] == id);
}

TEST_CASE("a waiting claim of another team is not woken") {
  Team team = patient_team();
  Team other = patient_team();
  Waiting claim = team.begin_claim(kWaits, "key");
  std::string theirs = other.create();
  std::string ours = team.create();
  CHECK(claim.answer().body["job"]["id"] == ours);
  CHECK(other.status(theirs) == "queued");
}

TEST_CASE("a claim that waits in vain is 204 and makes no entry") {
  Team team = new_team();
  std::int64_t before = team.version();
  Answer nothing = team.post("/api/v2/worker/claim", R"({"wait":0.05})");
  CHECK(nothing.status == 204);
  CHECK(nothing.version() == before);
}

TEST_CASE("a waiting claim is withdrawn when its client goes: the job goes to another") {
  Team team = patient_team();
  Waiting gone = team.begin_claim(kWaits, "gone");
  Waiting stays = team.begin_claim(kWaits, "stays");
  gone.hang_up();
  std::string id = team.create();
  CHECK(stays.answer().body["job"]["id"] == id);
  CHECK(texts_of(team.history(id), "type") == "SubmitJob ClaimJob");
}

TEST_CASE("a waiting claim is withdrawn when its client goes: without another the job stays") {
  Team team = patient_team();
  Waiting gone = team.begin_claim(kWaits, "gone");
  gone.hang_up();
  std::string id = team.create();
  CHECK(team.claim(id).job == id);
  // The key is soon free again: the claim was never carried out.
  team.create();
  auto repeat = [&] {
    return team.post("/api/v2/worker/claim", kWaits, {{"Idempotency-Key", "gone"}});
  };
  Answer again = repeat();
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (again.status == 409 && std::chrono::steady_clock::now() < deadline) again = repeat();
  CHECK(again.status == 200);
  CHECK(again.header("Idempotency-Replayed").empty());
}

TEST_CASE("a claim that waits ends with 204 when the daemon stops") {
  DaemonRun daemon({"--threads-io", "1"});
  Team team = daemon.new_team();
  Waiting claim = team.begin_claim(kWaits, "key");
  daemon.signal(SIGTERM);
  CHECK(claim.answer().status == 204);
  CHECK(daemon.wait() == 0);
}

}  // namespace jobledger::daemon::e2e
