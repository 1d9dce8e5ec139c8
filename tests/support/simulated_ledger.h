#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ledger/writer.h"
#include "tests/support/clock.h"
#include "tests/support/ids.h"
#include "tests/support/model.h"
#include "tests/support/opened_ledger.h"
#include "tests/support/random_history.h"

namespace jobledger::tests {

/// What happens to a simulated ledger beside its commands.
struct Troubles {
  bool faults = true;    ///< operations of the disk that fail
  bool crashes = true;   ///< at any operation of the disk, and starts that come to no end
  bool clock = true;     ///< leaps, also back, and stands still
  bool restarts = true;  ///< without anything being wrong
  /// Told of each operation that changes something on the disk, before it, and how many entries are
  /// acknowledged by then.
  std::function<void(const SimulatedFiles&, std::uint64_t)> watcher = {};
};

/// A random history on a simulated disk, with snapshots and queries, held against the model: after
/// each command, and all of it after each start. Everything follows from the seed. Throws a
/// Violation when the ledger breaks a promise.
class SimulatedLedger {
 public:
  explicit SimulatedLedger(std::uint64_t seed, Troubles troubles = {});
  ~SimulatedLedger();

  /// Some group or two of commands, or a snapshot, or queries; and a restart if it came to that.
  void step();
  /// One group, or what is left of it when an undo has to wait for it.
  void run_group(std::uint32_t commands);
  void save_snapshot();
  /// Crashes, and starts again.
  void restart();
  /// The queries of the contract, also with reads that fail.
  void query();

  const Told& told();
  SimulatedFiles& files() { return *opened_.files; }
  OpenedLedger& opened() { return opened_; }

 private:
  /// A command that made an entry.
  struct Done {
    ledger::Submission submission;
    Made made;
    ledger::TimeMs now;
  };

  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(dice_() % count); }
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  void move_clock();
  void arm();
  void arm_crash(std::uint32_t within);
  Fault some_fault(std::uint32_t within);

  void fill(ledger::PreparedGroup& group, std::uint32_t commands);
  void decide(ledger::Submission submission, ledger::PreparedGroup& group);
  void close(ledger::PreparedGroup group);
  /// False if the process is no more.
  bool append_all();
  bool goes_on() const { return !failed_ && !captured(); }
  bool captured() const;

  SimulatedDisk fallen_disk();
  void start(SimulatedDisk disk);
  std::optional<SimulatedDisk> start_with_troubles(const SimulatedDisk& disk);
  void adopt(OpenedLedger opened);
  void forget_from(std::uint64_t version);
  void repeat(const std::vector<ledger::Submission>& unanswered);

  RandomHistory random_;
  Troubles troubles_;
  std::mt19937_64 dice_;
  Model model_;
  SettableClock clock_;
  CountingIds ids_;
  bool frozen_ = false;
  ledger::TimeMs last_time_ = 0;  ///< of the writer

  OpenedLedger opened_;
  std::unique_ptr<ledger::Writer> writer_;
  std::deque<ledger::PreparedGroup> prepared_;
  bool failed_ = false;

  Told told_;
  std::atomic<std::uint64_t> acknowledged_ = 0;
  std::vector<Done> done_;                      ///< one an entry
  std::vector<ledger::Submission> unanswered_;  ///< with keys

  mutable std::mutex capture_mutex_;
  std::uint64_t crash_after_ = 0;  ///< operations; 0: none is planned
  std::optional<SimulatedDisk> captured_;
  std::uint64_t captured_acknowledged_ = 0;
  std::mt19937_64 crash_dice_;
};

}  // namespace jobledger::tests
