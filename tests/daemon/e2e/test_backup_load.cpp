#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <random>
#include <thread>

#include "backups.h"
#include "load.h"
#include "tally.h"
#include "team.h"
#include "tests/support/torture.h"

// Backups beside a daemon that works, each restored and compared.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;

constexpr int kClients = 4;
constexpr int kCycles = 2;  // of one ledger: the second shares with the first

/// Clients that work until their daemon is killed.
class Load {
 public:
  Load(DaemonRun& daemon, const Team& team, std::mt19937_64& random) : daemon_(daemon) {
    for (int i = 0; i < kClients; ++i) {
      clients_.push_back(std::make_unique<LoadClient>(daemon, team.token(), random()));
    }
    for (auto& client : clients_) {
      threads_.emplace_back([this, &client] { client->run(answers_); });
    }
  }
  ~Load() { end(); }

  void wait_for(int more) {
    const int wanted = answers_ + more;
    REQUIRE(http::eventually([&] { return answers_ >= wanted; }));
  }

  void end() {
    if (threads_.empty()) return;
    daemon_.kill();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  int answers() const { return answers_; }

 private:
  DaemonRun& daemon_;
  std::vector<std::unique_ptr<LoadClient>> clients_;
  std::vector<std::thread> threads_;
  std::atomic<int> answers_{0};
};

class Cycle {
 public:
  /// With a connection of its own: one that is kept over a slow cycle is closed as idle.
  Cycle(DaemonRun& daemon, const Team& team, const std::string& dir, int number)
      : daemon_(daemon),
        team_(daemon, team.name(), team.token()),
        shelf_(dir + "/backups"),
        backup_(shelf_ + "/00000" + std::to_string(number)),
        into_(dir + "/restored" + std::to_string(number)) {}

  void back_up(bool quick) {
    const std::int64_t before = team_.version();  // all of it was acknowledged
    Words words = {"backup", "--data-dir", daemon_.data_dir(), "--to", shelf_};
    if (quick) words.push_back("--quick");
    must(words);
    version_ = record_of(backup_)["version"].integer();
    CHECK(version_ >= before);
    must({"backup", "check", backup_});
    // The daemon may not have told yet of the last that is in it.
    Team again(daemon_, team_.name(), team_.token());
    CHECK(again.get("/ledger/v1/head?minVersion=" + std::to_string(version_)).status == 200);
  }

  void restore() {
    must({"restore", "--from", shelf_, "--into", into_});
    ReadLedger restored(into_);
    CHECK(restored.count() == version() + 1);
    CHECK(restored.decoded(version()).command.kind == ledger::CommandKind::restore_ledger);
    CHECK(restored.begins_as(ReadLedger(daemon_.data_dir()), version()));
    must({"verify", "--data-dir", into_, "--invariants"});
    fs::remove_all(into_);
  }

  void restore_until(std::uint64_t until) {
    must({"restore", "--from", backup_, "--into", into_, "--version", std::to_string(until)});
    CHECK(ReadLedger(into_).begins_as(ReadLedger(daemon_.data_dir()), until));
    must({"verify", "--data-dir", into_, "--invariants"});
    fs::remove_all(into_);
  }

  std::uint64_t version() const { return static_cast<std::uint64_t>(version_); }

 private:
  static void must(const Words& words) {
    Finished finished = run_program(words);
    INFO(words[0] << ' ' << words[1] << ": " << finished.out << finished.err);
    REQUIRE(finished.code == 0);
  }

  DaemonRun& daemon_;
  Team team_;
  std::string shelf_;
  std::string backup_;
  std::string into_;
  std::int64_t version_ = 0;
};

void back_up_under_load(std::uint64_t seed, Tally& tally) {
  std::mt19937_64 random(seed);
  tests::TempDir dir;
  // Snapshots make tables, which are merged, all the while.
  DaemonRun daemon({"--snapshot-interval-seconds", "1", "--snapshot-entries", "20"});
  Team team = daemon.new_team();
  if (random() % 2 == 0) {
    team.plant("p(a b)");
    daemon.restart();
  }
  Load load(daemon, team, random);
  for (int number = 1; number <= kCycles; ++number) {
    load.wait_for(static_cast<int>(random() % 200));
    Cycle cycle(daemon, team, dir.path(), number);
    cycle.back_up(random() % 4 == 0);
    cycle.restore();
    if (random() % 2 == 0) cycle.restore_until(random() % (cycle.version() + 1));
    tally.add("backups and restores");
    tally.add("entries in them", cycle.version());
  }
  load.end();
  tally.add("answers", static_cast<std::uint64_t>(load.answers()));
}

}  // namespace

TEST_CASE("backups under load, restored, have what was acknowledged, and no other history",
          "[torture][backup]") {
  Tally tally;
  tests::for_seeds(1, [&](std::uint64_t seed) { back_up_under_load(seed, tally); });
}

}  // namespace jobledger::daemon::e2e
