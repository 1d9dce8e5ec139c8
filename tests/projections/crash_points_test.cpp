// A run of some hundred commands on a disk that is seized at each of its operations in turn, as if
// the process died there or the power went: what was acknowledged is there each time.

#include <iostream>
#include <utility>
#include <vector>

#include "tests/support/simulated_ledger.h"
#include "tests/support/torture.h"

namespace jobledger::tests {
namespace {

constexpr int kCommands = 500;

/// A disk as it was found before one of the operations, and what had been told then.
struct Seized {
  std::uint64_t point;
  Crash crash;
  SimulatedDisk disk;
  std::uint64_t acknowledged;
};

/// Holds each disk against what was told, once the command that it was seized in is through.
class SeizedRun {
 public:
  SeizedRun(std::uint64_t seed, std::uint64_t every)
      : every_(every), random_(seed), ledger_(seed, troubles()) {}

  void run() {
    check_all();
    for (int i = 1; i <= kCommands; ++i) {
      ledger_.run_group(1);
      if (i % 70 == 0) ledger_.save_snapshot();
      check_all();
      if (i % 150 == 0) ledger_.restart();
      check_all();
    }
  }

  std::uint64_t points() const { return points_; }
  std::uint64_t checked() const { return checked_; }

 private:
  Troubles troubles() {
    auto seize = [this](const SimulatedFiles& files, std::uint64_t acknowledged) {
      if (++points_ % every_ != 0) return;
      for (Crash crash : kCrashes) {
        seized_.push_back({points_, crash, files.after(crash, random_), acknowledged});
      }
    };
    return {.faults = false, .crashes = false, .clock = true, .restarts = false, .watcher = seize};
  }

  void check_all() {
    for (const Seized& seized : std::exchange(seized_, {})) {
      INFO("before operation " << seized.point << " of the disk " << name_of(seized.crash));
      Told told = ledger_.told();
      told.acknowledged = seized.acknowledged;
      auto opened = OpenedLedger::open(std::make_shared<SimulatedFiles>(seized.disk));
      INFO((opened ? "" : opened.error().message));
      REQUIRE(opened);
      opened->check(told, Check::state);
      opened->close();
      ++checked_;
    }
  }

  const std::uint64_t every_;
  std::mt19937_64 random_;
  std::vector<Seized> seized_;
  std::uint64_t points_ = 0;
  std::uint64_t checked_ = 0;
  SimulatedLedger ledger_;  ///< the last: its start is watched
};

TEST_CASE("a crash at any operation of the disk loses nothing that was acknowledged",
          "[crash-points][random][torture][no-tsan]") {
  std::uint64_t points = 0;
  std::uint64_t checked = 0;
  for_seeds(1, [&](std::uint64_t seed) {
    SeizedRun run(seed, is_torture() ? 1 : 41);
    run.run();
    REQUIRE(run.points() > kCommands);
    points += run.points();
    checked += run.checked();
  });
  std::cout << "did: " << points << " operations of the disk, " << checked << " disks held\n";
}

}  // namespace
}  // namespace jobledger::tests
