#include <catch2/catch.hpp>

#include "crowd.h"
#include "feed_client.h"
#include "sync_faults.h"
#include "tally.h"

// A disk that is slow or fails: nobody gets a wrong answer.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::size_t kCreates = 300;
constexpr std::size_t kTaken = 8;

}  // namespace

TEST_CASE("slow disk: reads and feeds go on, writes wait, and beyond the queue they are shed",
          "[disk]") {
  SyncFaults disk;
  DaemonRun daemon({"--limits-queue-length", "8"}, disk.variables());
  Team team = daemon.new_team();
  std::string before = team.create();
  FeedClient feed(team, "?from=0");
  REQUIRE(feed.next().type == "CreateToken");
  disk.hold();
  Crowd crowd(daemon.port());
  crowd.join(kCreates);
  crowd.send_each(request_text("POST", "/api/v2/jobs", team.token(), job_body()));
  REQUIRE(http::eventually([&] { return crowd.answered() == kCreates - kTaken; }));
  Answer shed = team.post("/api/v2/jobs", job_body());
  CHECK(shed.status == 503);
  CHECK(shed.body["code"] == "queue_full");
  CHECK(shed.header("Retry-After") == "1");
  std::int64_t version = team.version();
  for (int i = 0; i < 20; ++i) {
    CHECK(team.status(before) == "queued");
    CHECK(team.get("/api/v2/jobs").body.size() == 1);
    CHECK(team.version() == version);
  }
  CHECK(feed.next().type == "SubmitJob");
  disk.release();
  int created = 0;
  for (std::size_t i = 0; i < crowd.size(); ++i) {
    int status = crowd.status_of(i);
    CHECK((status == 201 || status == 503));
    created += status == 201;
  }
  CHECK(created == kTaken);
  team.create();
  int listed = 0;
  for (int page = 1000; page == 1000; listed += page) {
    page = team.get("/api/v2/jobs?limit=1000&from=" + std::to_string(listed)).body.size();
  }
  CHECK(listed == created + 2);
}

TEST_CASE("slow disk: writes are shed once the oldest has waited for as long as may be", "[disk]") {
  SyncFaults disk;
  DaemonRun daemon({"--limits-queue-wait-ms", "1"}, disk.variables());
  Team team = daemon.new_team();
  disk.hold();
  auto waiting = team.connect();
  waiting->send(request_text("POST", "/api/v2/jobs", team.token(), job_body()));
  // Those that came before it was that long in work wait with it.
  Crowd crowd(daemon.port());
  REQUIRE(http::eventually([&] {
    crowd.join(1);
    crowd.send(crowd.size() - 1, request_text("POST", "/api/v2/jobs", team.token(), job_body()));
    return crowd.answered() > 0;
  }));
  Answer shed = team.post("/api/v2/jobs", job_body());
  CHECK(shed.status == 503);
  CHECK(shed.body["code"] == "queue_full");
  CHECK(shed.header("Retry-After") == "1");
  CHECK(team.get("/api/v2/jobs").body.size() == 0);
  disk.release();
  CHECK(read_answer(*waiting).status == 201);
  REQUIRE(http::eventually([&] { return team.post("/api/v2/jobs", job_body()).status == 201; }));
}

TEST_CASE("slow disk: a sync that takes long keeps its promise all the same", "[torture][disk]") {
  SyncFaults disk;
  DaemonRun daemon({}, disk.variables());
  Team team = daemon.new_team();
  Tally tally;
  for (int delay : is_long_run() ? std::vector<int>{1000, 10'000} : std::vector<int>{50}) {
    disk.delay(delay);
    for (int round = 0; round < 3; ++round) {
      std::string id = team.create();
      CHECK(team.status(id) == "queued");
      CHECK(team.cancel(id).status == 200);
      tally.add("syncs of " + std::to_string(delay) + " ms and more", 2);
    }
  }
  disk.release();
}

TEST_CASE(
    "a disk that fails: the outcome is unknown, the daemon ends, and a repeat tells the truth",
    "[disk]") {
  SyncFaults disk;
  DaemonRun daemon({}, disk.variables());
  Team team = daemon.new_team();
  std::string before = team.create();
  disk.fail();
  auto client = team.connect();
  client->send(
      request_text("POST", "/api/v2/jobs", team.token(), job_body(), {{"Idempotency-Key", "key"}}));
  Answer unknown = read_answer(*client);
  CHECK(unknown.status == 503);
  CHECK(unknown.body["code"] == "outcome_unknown");
  CHECK_FALSE(unknown.header("Retry-After").empty());
  CHECK(daemon.wait() == 3);
  disk.release();
  daemon.start();
  CHECK(team.status(before) == "queued");
  Answer first = team.post("/api/v2/jobs", job_body(), {{"Idempotency-Key", "key"}});
  CHECK(first.status == 201);
  Answer again = team.post("/api/v2/jobs", job_body(), {{"Idempotency-Key", "key"}});
  CHECK(again.text == first.text);
  CHECK(again.version() == first.version());
  CHECK(team.get("/api/v2/jobs").body.size() == 2);
  REQUIRE(daemon.stop() == 0);
  Finished verified = run_program({"verify", "--data-dir", daemon.data_dir()});
  CHECK_THAT(verified.out, Catch::StartsWith("consistent"));
}

}  // namespace jobledger::daemon::e2e
