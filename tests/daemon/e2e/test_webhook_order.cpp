#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "hooked.h"

// Webhooks over receivers that fail, and over restarts: in order, at least once, and never again
// for what is past.

namespace jobledger::daemon::e2e {
namespace {

constexpr const char* kCancelled = R"("events":["job.cancelled"])";

std::set<std::string> jobs_told(const ReceiverServer& receiver) {
  std::set<std::string> jobs;
  for (const http::Request& request : receiver.seen()) {
    jobs.insert(Json(request.body)["data"]["job"]["id"].text());
  }
  return jobs;
}

bool contains(const std::set<std::string>& all, const std::set<std::string>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

/// Cancels it and takes that back; gives the index of the cancel.
std::int64_t cancel_and_undo(Team& team, const std::string& job) {
  const std::int64_t index = team.cancel(job).version() - 1;
  REQUIRE(team.post("/ledger/v1/cancellations/" + std::to_string(index) + "/undo", "").status ==
          200);
  return index;
}

}  // namespace

TEST_CASE("a dead receiver delays no other", "[webhooks]") {
  DaemonRun daemon(hooked_flags({"--webhooks-timeout-seconds", "300"}));
  Team team = daemon.new_team();
  ReceiverServer dead(ReceiverServer::holds());
  ReceiverServer live;
  subscribe(team, dead.url(), kCancelled);
  subscribe(team, live.url(), kCancelled);
  team.cancel(team.create());
  REQUIRE(http::eventually([&] { return dead.held() > 0; }));
  for (int i = 0; i < 100; ++i) {
    hooked_job(team, dead.url("/job"));
    team.cancel(team.create());
  }
  CHECK(http::eventually([&] { return live.count() == 101; }));
  CHECK(dead.held() == dead.count());  // it holds all that it got, and still does
  CHECK(deliveries(team, "?state=due&limit=1000").size() == 101);
}

TEST_CASE("of one job everything arrives in order, through a receiver that fails at times",
          "[webhooks]") {
  DaemonRun daemon(hooked_flags());
  Team team = daemon.new_team();
  ReceiverServer flapping([](const http::Request&, std::size_t count) {
    return ReceiverServer::reply(count % 3 == 1 ? 500 : 200);
  });
  std::map<std::string, std::vector<std::int64_t>> wanted;
  std::vector<std::string> jobs;
  subscribe(team, flapping.url(), R"("events":["job.cancelled","job.finished"])");
  for (int i = 0; i < 3; ++i) jobs.push_back(team.create());
  for (int round = 0; round < 3; ++round) {
    for (const std::string& job : jobs) wanted[job].push_back(cancel_and_undo(team, job));
  }
  for (const std::string& job : jobs) {
    wanted[job].push_back(team.finish(team.claim(job)).version() - 1);
  }
  REQUIRE(http::eventually(
      [&] { return deliveries(team, "?state=delivered&limit=100").size() == 12; }));
  std::map<std::string, std::vector<std::int64_t>> told;
  std::vector<http::Request> seen = flapping.seen();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (i % 3 == 1) continue;
    Json data = Json(seen[i].body)["data"];
    told[data["job"]["id"].text()].push_back(data["index"].integer());
  }
  CHECK(told == wanted);
}

TEST_CASE("what is due is sent after a restart, and what was sent is not", "[webhooks]") {
  DaemonRun daemon(hooked_flags());
  Team team = daemon.new_team();
  ReceiverServer live;
  std::uint16_t port = 0;
  {
    ReceiverServer down(ReceiverServer::answers(503));
    port = down.port();
    subscribe(team, live.url(), kCancelled);
    subscribe(team, down.url(), kCancelled);
    for (int i = 0; i < 5; ++i) team.cancel(team.create());
    REQUIRE(http::eventually([&] { return live.count() == 5 && down.count() > 0; }));
    REQUIRE(http::eventually([&] { return deliveries(team, "?state=delivered").size() == 5; }));
    REQUIRE(daemon.stop() == 0);
  }
  ReceiverServer up(ReceiverServer::answers(200), port);
  daemon.start();
  CHECK(http::eventually([&] { return jobs_told(up).size() == 5; }));
  CHECK(http::eventually([&] { return deliveries(team, "?state=delivered").size() == 10; }));
  CHECK(live.count() == 5);
  CHECK(jobs_told(up) == jobs_told(live));
}

TEST_CASE("a refold sends nothing again", "[webhooks]") {
  DaemonRun daemon(hooked_flags());
  Team team = daemon.new_team();
  ReceiverServer receiver;
  subscribe(team, receiver.url(), kCancelled);
  for (int i = 0; i < 5; ++i) team.cancel(team.create());
  REQUIRE(http::eventually([&] { return deliveries(team, "?state=delivered").size() == 5; }));
  REQUIRE(daemon.stop() == 0);
  REQUIRE(run_program({"rebuild", "--data-dir", daemon.data_dir()}).code == 0);
  daemon.start();
  const std::string last = team.create();
  team.cancel(last);
  REQUIRE(http::eventually([&] { return jobs_told(receiver).contains(last); }));
  CHECK(receiver.count() == 6);
}

TEST_CASE("an older ledger that is started with webhooks sends nothing of the past", "[webhooks]") {
  DaemonRun daemon(hooked_flags());
  Team team = daemon.new_team();
  ReceiverServer receiver;
  hooked_job(team, receiver.url());
  const std::string waiting = hooked_job(team, receiver.url());
  REQUIRE(daemon.stop() == 0);
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(daemon.data_dir() + "/webhooks.sqlite" + end);
  }
  daemon.start();
  CHECK(deliveries(team).size() == 0);
  team.cancel(waiting);  // a job of before that ends now
  REQUIRE(http::eventually([&] { return receiver.count() == 1; }));
  CHECK(Json(receiver.seen()[0].body)["id"] == waiting);
}

TEST_CASE("while webhooks are off none is sent, and later they are", "[webhooks]") {
  DaemonRun daemon(hooked_flags());
  Team team = daemon.new_team();
  ReceiverServer receiver;
  subscribe(team, receiver.url(), kCancelled);
  REQUIRE(daemon.stop() == 0);
  daemon.start({"--webhooks-enabled", "false"});
  const std::string job = team.create();
  team.cancel(job);
  CHECK(deliveries(team).size() == 0);
  REQUIRE(daemon.stop() == 0);
  CHECK(receiver.count() == 0);
  daemon.start();
  CHECK(http::eventually([&] { return jobs_told(receiver) == std::set<std::string>{job}; }));
}

TEST_CASE("the outbox of another ledger is not taken", "[webhooks]") {
  DaemonRun one(hooked_flags());
  DaemonRun other(hooked_flags());
  REQUIRE(one.stop() == 0);
  REQUIRE(other.stop() == 0);
  const std::string name = "/webhooks.sqlite";
  std::filesystem::copy_file(one.data_dir() + name, other.data_dir() + name,
                             std::filesystem::copy_options::overwrite_existing);
  Finished refused =
      run_program({"serve", "--data-dir", other.data_dir(), "--listen", "127.0.0.1:0"});
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Catch::Contains("belongs to another ledger"));
}

TEST_CASE("over kill -9 under load each end of a job is told at least once", "[webhooks][kill]") {
  DaemonRun daemon(hooked_flags({"--snapshot-interval-seconds", "1", "--snapshot-entries", "20"}));
  Team team = daemon.new_team();
  ReceiverServer receiver([](const http::Request&, std::size_t count) {
    return ReceiverServer::reply(count % 50 == 3 ? 500 : 200);
  });
  subscribe(team, receiver.url(), kCancelled);
  std::set<std::string> cancelled;
  constexpr int kKills = 3;
  constexpr int kMostJobs = 150;  // of a round: a receiver that fails at times is not hurried
  for (int round = 0; round < kKills; ++round) {
    std::atomic<bool> over = false;
    std::atomic<int> answers = 0;
    std::set<std::string> acknowledged;
    std::thread client([&, token = team.token()] {
      Team own(daemon, team.name(), token);
      try {
        while (!over && answers < kMostJobs) {
          std::string job = own.create();
          if (own.cancel(job).status != 200) break;
          acknowledged.insert(job);
          ++answers;
        }
      } catch (const std::exception&) {
        // The daemon has gone.
      }
    });
    const std::size_t before = receiver.count();
    const bool worked =
        http::eventually([&] { return answers >= 20 && receiver.count() >= before + 10; });
    daemon.kill();
    over = true;
    client.join();
    REQUIRE(worked);
    cancelled.merge(acknowledged);
    daemon.start();
  }
  CHECK(http::eventually([&] { return contains(jobs_told(receiver), cancelled); }));
  REQUIRE(http::eventually([&] { return deliveries(team, "?state=due").size() == 0; }));
  CHECK(deliveries(team, "?state=failed").size() == 0);
}

}  // namespace jobledger::daemon::e2e
