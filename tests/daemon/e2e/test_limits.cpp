#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "team.h"

// Limits: queue, requests a second, page size.

namespace jobledger::daemon::e2e {
namespace {

/// Sends the same request on many connections at once, and counts the answers by status.
std::map<int, int> statuses_of_many(Team& team, const std::string& request, int connections,
                                    int each, Answer* refused) {
  std::vector<std::unique_ptr<http::Client>> clients;
  for (int i = 0; i < connections; ++i) clients.push_back(team.connect());
  std::map<int, int> counts;
  for (int round = 0; round < each; ++round) {
    for (auto& client : clients) client->send(request);
    for (auto& client : clients) {
      Answer answer = read_answer(*client);
      ++counts[answer.status];
      if (answer.status >= 400) *refused = answer;
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("a full queue is 503 with Retry-After, and loses no job that it took") {
  DaemonRun daemon({"--limits-queue-length", "1", "--threads-io", "4"});
  Team team = daemon.new_team();
  std::string request = request_text("POST", "/api/v2/jobs", team.token(), job_body());
  Answer refused;
  int created = 0;
  bool was_full = http::eventually([&] {
    auto counts = statuses_of_many(team, request, 32, 4, &refused);
    created += counts[201];
    REQUIRE(counts[201] + counts[503] == 128);
    return counts[503] > 0;
  });
  REQUIRE(was_full);
  CHECK(refused.status == 503);
  CHECK(refused.body["code"] == "queue_full");
  CHECK_FALSE(refused.header("Retry-After").empty());
  CHECK(team.get("/ledger/v1/entries?type=SubmitJob&limit=1000&from=" +
                 std::to_string(team.version() - 1))
            .body["items"]
            .size() == 1);
  int listed = 0;
  for (int page = 1000; page == 1000; listed += page) {
    page = team.get("/api/v2/jobs?limit=1000&from=" + std::to_string(listed)).body.size();
  }
  CHECK(listed == created);
}

TEST_CASE("too many requests of a team are 429 that says the limit, and make no entries") {
  DaemonRun daemon({"--limits-requests-per-second", "1", "--limits-burst", "3"});
  Team team = daemon.new_team();
  Team other = daemon.new_team();
  Answer refused;
  REQUIRE(http::eventually([&] {
    refused = team.cancel(kUnknownId);
    return refused.status == 429;
  }));
  CHECK(refused.body["code"] == "rate_limited");
  CHECK(refused.header("Retry-After") == "1");
  CHECK(refused.header("RateLimit-Policy") == "\"team\";q=3;w=3");
  CHECK(refused.header("RateLimit") == "\"team\";r=0;t=1");
  std::int64_t before = refused.version();
  int taken = 0;
  Answer again;
  REQUIRE(http::eventually([&] {
    again = team.cancel(kUnknownId);
    taken += again.status == 404;
    return again.status == 429;
  }));
  CHECK(again.version() == before + taken);
  // Each team counts for itself.
  CHECK(other.get("/api/v2/jobs").status == 200);
}

TEST_CASE("all tokens of a team share its requests a second") {
  DaemonRun daemon({"--limits-requests-per-second", "1", "--limits-burst", "40"});
  Team team = daemon.new_team();
  std::vector<Team> tokens;
  for (int i = 0; i < 8; ++i) {
    tokens.emplace_back(daemon, team.name(), daemon.new_token(team.name()));
  }
  int served = 0;
  REQUIRE(http::eventually([&] {
    Answer answer = tokens[static_cast<std::size_t>(served) % tokens.size()].get("/api/v2/jobs");
    served += answer.status == 200;
    return answer.status == 429;
  }));
  CHECK(served >= 40);
  CHECK(served < 8 * 40);
}

TEST_CASE("too many requests of an address without a valid token are 429, but for probes") {
  DaemonRun daemon({"--limits-anonymous-per-second", "1"});
  Team team = daemon.new_team();
  Team nobody(daemon, "nobody", "no-such-token");
  Answer refused;
  REQUIRE(http::eventually([&] {
    refused = nobody.get("/api/v2/jobs");
    return refused.status != 401;
  }));
  CHECK(refused.status == 429);
  CHECK(refused.body["code"] == "rate_limited");
  CHECK(refused.header("RateLimit-Policy") == "\"address\";q=2;w=2");
  CHECK(refused.header("Retry-After") == "1");
  // Whoever has a token is not concerned, nor is who looks whether the daemon is well.
  for (int i = 0; i < 20; ++i) {
    CHECK(team.get("/api/v2/jobs").status == 200);
    CHECK(nobody.get("/healthz").status == 200);
    CHECK(nobody.get("/readyz").status == 200);
  }
  REQUIRE(http::eventually([&] { return nobody.get("/metrics").status == 429; }));
}

TEST_CASE("a page beyond the page size is 400") {
  DaemonRun daemon({"--limits-page-size", "2"});
  Team team = daemon.new_team();
  for (int i = 0; i < 3; ++i) team.create();
  for (const std::string path : {"/api/v2/jobs", "/ledger/v1/entries"}) {
    CHECK(team.get(path + "?limit=3").status == 400);
    CHECK(team.get(path + "?limit=2").status == 200);
  }
  CHECK(team.get("/api/v2/jobs").body.size() == 2);
  CHECK(team.get("/ledger/v1/entries").body["items"].size() == 2);
}

TEST_CASE("a request whose head or body does not come in time is 408") {
  DaemonRun daemon({"--limits-header-timeout-seconds", "1", "--limits-body-timeout-seconds", "1"});
  Team team = daemon.new_team();
  std::string request = request_text("POST", "/api/v2/jobs", team.token(), job_body());
  auto head = team.connect();
  head->send(request.substr(0, 20));
  auto body = team.connect();
  body->send(request.substr(0, request.size() - 1));
  CHECK(read_answer(*head).status == 408);
  CHECK(read_answer(*body).status == 408);
  CHECK(team.get("/api/v2/jobs").body.size() == 0);
}

TEST_CASE("a connection without a request is closed after its idle time") {
  DaemonRun daemon({"--limits-idle-timeout-seconds", "1"});
  Team team = daemon.new_team();
  CHECK(team.connect()->at_end());
}

TEST_CASE("connections beyond their limit do not keep the daemon from serving others") {
  DaemonRun daemon({"--limits-max-connections", "2"});
  Team team = daemon.new_team();  // over two that are closed again
  auto one = team.connect();
  CHECK(http::eventually([&] {
    auto client = team.connect();
    if (!client->try_send(request_text("GET", "/healthz", ""))) return false;
    return client->read().status == 200;
  }));
}

}  // namespace jobledger::daemon::e2e
