#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "projections/snapshots.h"

namespace jobledger::daemon {

/// Takes snapshots on a thread of its own while the daemon serves: every interval, if enough
/// entries have come since the last. Rests for most of the time that it takes, so that commands
/// meanwhile have most of the machine.
class Snapshotter {
 public:
  struct Pace {
    std::chrono::seconds interval;
    std::uint64_t entries;
  };
  /// `taken` is the version of the newest snapshot there is, 0 for none.
  Snapshotter(projections::Snapshots& snapshots, projections::State& state, std::uint64_t taken,
              Pace pace);
  /// Ends the thread; a snapshot that is being taken is given up.
  ~Snapshotter();

  struct Taken {
    std::uint64_t version = 0;  ///< of the newest one, 0 if there is none
    std::uint64_t count = 0;    ///< since the start
    std::uint64_t failed = 0;
    double seconds = 0;  ///< that the last one took
  };
  Taken taken() const;

 private:
  void loop();
  void take();
  void note(Taken now);
  bool is_stopping();
  bool wait_durable(std::uint64_t version);
  /// False if the daemon stops.
  bool rest();

  projections::Snapshots& snapshots_;
  projections::State& state_;
  const Pace pace_;
  std::chrono::steady_clock::time_point rested_;  ///< when it last had
  mutable std::mutex mutex_;
  Taken taken_;  ///< changed by the thread alone
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobledger::daemon
