#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "load.h"
#include "tests/support/random_history.h"

// kill -9 under load: whatever was acknowledged is there, and nothing is done by half.

namespace jobledger::daemon::e2e {
namespace {

constexpr int kClients = 6;
constexpr int kRounds = 4;

struct Round {
  std::vector<std::unique_ptr<LoadClient>> clients;

  /// Lets them work until there are about `wanted` answers, and kills the daemon among them.
  void run(DaemonRun& daemon, int wanted) {
    std::atomic<int> answers{0};
    std::atomic<int> ended{0};
    std::vector<std::thread> threads;
    for (auto& client : clients) {
      threads.emplace_back([&] {
        client->run(answers);
        ++ended;
      });
    }
    bool worked = http::eventually([&] { return answers >= wanted || ended > 0; });
    bool early = ended > 0;
    daemon.kill();
    for (std::thread& thread : threads) thread.join();
    REQUIRE(worked);
    REQUIRE_FALSE(early);
  }
};

}  // namespace

TEST_CASE("after kill -9 under load all that was acknowledged is there, and nothing by half") {
  std::uint64_t seed = tests::seed_or(20260401);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  DaemonRun daemon({"--snapshot-interval-seconds", "1", "--snapshot-entries", "50"});
  Team team = daemon.new_team();
  std::vector<Round> rounds;
  for (int i = 0; i < kRounds; ++i) {
    Round& round = rounds.emplace_back();
    for (int each = 0; each < kClients; ++each) {
      round.clients.push_back(std::make_unique<LoadClient>(daemon, team.token(), random()));
    }
    round.run(daemon, 100 + static_cast<int>(random() % 400));
    Finished verified = run_program({"verify", "--data-dir", daemon.data_dir()});
    CHECK(verified.code == 0);
    CHECK_THAT(verified.out, Catch::StartsWith("consistent"));
    daemon.start();
    for (const auto& client : round.clients) {
      CHECK(team.version() >= client->last_version());
      CHECK(client->judge(team) == "");
    }
  }
  // The rounds before are as they were, too.
  for (const Round& round : rounds) {
    for (const auto& client : round.clients) CHECK(client->judge(team) == "");
  }
}

}  // namespace jobledger::daemon::e2e
