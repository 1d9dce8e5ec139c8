#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>

#include "crowd.h"
#include "feed_client.h"
#include "good_clients.h"
#include "tally.h"

// The memory of the daemon has a ceiling, whatever clients do: what it has for itself, the budget
// of limits.memory_in_flight, what each connection may have uncounted, and a margin.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
// Of a connection: what it has uncounted at most, and its objects.
constexpr std::uint64_t kEachConnection = 24 * 1024;

/// The long run is against a daemon as it comes; the slice has a small budget to fill.
struct Ceiling {
  Ceiling() : daemon(is_long_run() ? Words{} : Words{"--limits-memory-in-flight", "33554432"}) {}

  /// What it may have come to beside `connections` more.
  std::uint64_t with(std::size_t connections) const {
    return before + budget + connections * kEachConnection + margin;
  }
  void judge(const std::string& what, std::size_t connections) {
    std::uint64_t peak = daemon.peak_memory();
    Tally::measured(what + ": " + std::to_string(before / kMiB) + " MiB before, at most " +
                    std::to_string(peak / kMiB) + " MiB, ceiling " +
                    std::to_string(with(connections) / kMiB) + " MiB");
    CHECK(peak < with(connections));
  }

  DaemonRun daemon;
  Team team = daemon.new_team();
  std::uint64_t budget = is_long_run() ? 256 * kMiB : 32 * kMiB;
#if defined(__SANITIZE_ADDRESS__)
  std::uint64_t margin = 768 * kMiB;  // it keeps what was freed for a while
#else
  std::uint64_t margin = 128 * kMiB;  // what the allocator keeps, and copies while a body grows
#endif
  std::uint64_t before = 0;  ///< once it is warm
};

void warm_up(Ceiling& ceiling) {
  GoodClients clients(ceiling.team);
  clients.run(50);
  REQUIRE(clients.wrong() == "");
  ceiling.before = ceiling.daemon.peak_memory();
}

std::string announce(const Team& team, std::string_view target, std::uint64_t bytes) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
         team.token() + "\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("memory: bodies that are announced, sent and never ended have a ceiling",
          "[torture][memory]") {
  Ceiling ceiling;
  warm_up(ceiling);
  Crowd crowd(ceiling.daemon.port());
  crowd.join(is_long_run() ? 500 : 40);
  crowd.send_each(announce(ceiling.team, "/api/v2/jobs", 16 * kMiB));
  const std::string piece(256 * 1024, ' ');
  std::vector<std::uint64_t> sent(crowd.size());
  auto send_more = [&] {
    for (std::size_t i = 0; i < crowd.size(); ++i) {
      if (sent[i] < 15 * kMiB) sent[i] += crowd.send(i, piece);
    }
  };
  GoodClients clients(ceiling.team);
  clients.run(is_long_run() ? 3000 : 100, send_more);
  auto all = [&] { return std::accumulate(sent.begin(), sent.end(), std::uint64_t{0}); };
  REQUIRE(http::eventually([&] {
    send_more();
    return all() > 2 * ceiling.budget;
  }));
  CHECK(clients.wrong() == "");
  Tally::measured("p99 of good clients beside large bodies " +
                  std::to_string(clients.quantile(0.99)) + " ms");
  ceiling.judge("bodies without an end", crowd.size());
}

TEST_CASE("memory: answers that are never read have a ceiling", "[torture][memory]") {
  Ceiling ceiling;
  std::vector<std::string> bodies(1000, job_body());
  REQUIRE(ceiling.team.post("/api/v2/batches", batch_body(bodies)).status == 201);
  std::size_t answer = ceiling.team.get("/api/v2/jobs?limit=1000").text.size();
  warm_up(ceiling);
  Crowd crowd(ceiling.daemon.port());
  crowd.join(is_long_run() ? 2000 : 300);
  std::string request = request_text("GET", "/api/v2/jobs?limit=1000", ceiling.team.token());
  std::string pipeline;
  for (int i = 0; i < 3; ++i) pipeline += request;
  crowd.send_each(pipeline);
  // All that they would get is far more than the ceiling.
  REQUIRE(crowd.size() * answer > 2 * ceiling.budget);
  GoodClients clients(ceiling.team);
  clients.run(is_long_run() ? 3000 : 100);
  CHECK(clients.wrong() == "");
  ceiling.judge("answers that are not read", crowd.size());
}

TEST_CASE("memory: feeds and streams that are never read have a ceiling", "[torture][memory]") {
  Ceiling ceiling;
  std::vector<std::string> bodies(1000, job_body());
  for (int i = 0; i < 3; ++i) ceiling.team.post("/api/v2/batches", batch_body(bodies));
  warm_up(ceiling);
  Crowd feeds(ceiling.daemon.port());
  feeds.join(is_long_run() ? 1000 : 200);
  feeds.send_each(request_text("GET", "/ledger/v1/feed?from=0", ceiling.team.token()));
  Crowd streams(ceiling.daemon.port());
  streams.join(is_long_run() ? 4000 : 300);
  streams.send_each(request_text("GET", "/ledger/v1/entries", ceiling.team.token(), "",
                                 {{"Accept", "application/x-ndjson"}}));
  GoodClients clients(ceiling.team);
  clients.run(is_long_run() ? 3000 : 100);
  CHECK(clients.wrong() == "");
  ceiling.judge("streams that are not read", feeds.size() + streams.size());
}

TEST_CASE("memory: heads, pipelines and the bodies of claims that wait have a ceiling",
          "[torture][memory]") {
  Ceiling ceiling;
  Team other = ceiling.daemon.new_team();
  warm_up(ceiling);
  Crowd heads(ceiling.daemon.port());
  heads.join(is_long_run() ? 3000 : 200);
  heads.send_each("GET / HTTP/1.1\r\nX-Long: " + std::string(30'000, 'x'));
  // Behind a claim that waits, the next requests wait in the connection's buffer.
  Crowd pipelines(ceiling.daemon.port());
  pipelines.join(is_long_run() ? 2000 : 200);
  std::string claim = request_text("POST", "/api/v2/worker/claim", other.token(), R"({"wait":60})");
  pipelines.send_each(claim + "GET / HTTP/1.1\r\nX-Long: " + std::string(60'000, 'x'));
  // And the body of the claim itself may be large.
  Crowd claims(ceiling.daemon.port());
  claims.join(is_long_run() ? 1000 : 100);
  std::string large = request_text("POST", "/api/v2/worker/claim", other.token(),
                                   R"({"wait":60,"more":")" + std::string(kMiB, 'x') + "\"}");
  std::vector<std::size_t> at(claims.size());
  GoodClients clients(ceiling.team);
  clients.run(is_long_run() ? 3000 : 200, [&] {
    for (std::size_t i = 0; i < claims.size(); ++i) {
      at[i] += claims.send(i, std::string_view(large).substr(at[i]));
    }
  });
  CHECK(clients.wrong() == "");
  ceiling.judge("heads, pipelines and claims", heads.size() + pipelines.size() + claims.size());
}

TEST_CASE("memory: where it is short the slowest is cut off, and told so", "[memory]") {
  DaemonRun daemon({"--limits-memory-in-flight", "1048576"});
  Team team = daemon.new_team();
  std::string head = announce(team, "/api/v2/jobs", 600'000);
  auto slow = team.connect();
  slow->send(head + std::string(599'999, ' '));
  // A large one finds room as soon as the slow one has had its time.
  std::string body = job_body(R"("note":")" + std::string(500'000, 'x') + '"');
  Answer created;
  REQUIRE(http::eventually([&] {
    auto client = team.connect();
    client->try_send(request_text("POST", "/api/v2/jobs", team.token(), body));
    created = read_answer(*client);
    return created.status != 503;
  }));
  CHECK(created.status == 201);
  Answer cut = read_answer(*slow);
  CHECK(cut.status == 503);
  CHECK(cut.header("Retry-After") == "1");
  CHECK(cut.header("Connection") == "close");
}

TEST_CASE("memory: small requests are served however short it is", "[memory]") {
  DaemonRun daemon({"--limits-memory-in-flight", "1048576"});
  Team team = daemon.new_team();
  Crowd crowd(daemon.port());
  crowd.join(20);
  crowd.send_each(announce(team, "/api/v2/jobs", 10'000'000) + std::string(60'000, ' '));
  GoodClients clients(team);
  clients.run(50, [&] { crowd.send_each(std::string(60'000, ' ')); });
  CHECK(clients.wrong() == "");
}

}  // namespace jobledger::daemon::e2e
