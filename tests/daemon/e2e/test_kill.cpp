#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "load.h"
#include "tally.h"
#include "tests/support/torture.h"
#include "witness.h"

// kill -9 under load: whatever was acknowledged is there, and nothing is done by half.

namespace jobledger::daemon::e2e {
namespace {

constexpr int kClients = 6;
constexpr int kKills = 5;  // of one ledger

struct Round {
  std::vector<std::unique_ptr<LoadClient>> clients;

  /// Lets them work until there are about `wanted` answers, and kills the daemon among them.
  /// Gives how many there were.
  int run(DaemonRun& daemon, int wanted) {
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
    return answers;
  }

  void judge(Team& team) const {
    for (const auto& client : clients) {
      CHECK(team.version() >= client->last_version());
      CHECK(client->judge(team) == "");
      CHECK(client->repeat(team) == "");
      CHECK(client->judge(team) == "");
    }
  }
};

void verify(DaemonRun& daemon) {
  Finished verified = run_program({"verify", "--data-dir", daemon.data_dir()});
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out, Catch::StartsWith("consistent"));
}

void kill_again_and_again(std::uint64_t seed, Tally& tally) {
  std::mt19937_64 random(seed);
  // Its port is another one after each start, and answers are to be the same.
  DaemonRun daemon({"--snapshot-interval-seconds", "1", "--snapshot-entries", "50", "--public-url",
                    "http://ledger.example"});
  Team team = daemon.new_team();
  Witness witness(team.with_token(R"("scopes":"audit:all")"));
  std::vector<Round> rounds;
  for (int i = 0; i < kKills; ++i) {
    Round& round = rounds.emplace_back();
    for (int each = 0; each < kClients; ++each) {
      round.clients.push_back(std::make_unique<LoadClient>(daemon, team.token(), random()));
    }
    witness.start();
    // Soon after its start, or later.
    int wanted = 1 + static_cast<int>(random() % (random() % 3 == 0 ? 20 : 400));
    tally.add("answers", static_cast<std::uint64_t>(round.run(daemon, wanted)));
    tally.add("kills");
    witness.join();
    if (random() % 3 == 0 || i + 1 == kKills) verify(daemon);
    daemon.start();
    round.judge(team);
    witness.follow(team.version());
  }
  // The rounds before are as they were, too.
  for (const Round& round : rounds) {
    for (const auto& client : round.clients) CHECK(client->judge(team) == "");
  }
  CHECK(witness.judge() == "");
  tally.add("entries followed", witness.seen());
}

}  // namespace

TEST_CASE("after kill -9 under load all that was acknowledged is there, and nothing by half",
          "[torture][kill]") {
  Tally tally;
  tests::for_seeds(1, [&](std::uint64_t seed) { kill_again_and_again(seed, tally); });
}

}  // namespace jobledger::daemon::e2e
