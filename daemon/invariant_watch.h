#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "projections/state.h"

namespace jobledger::daemon {

/// Counts, on a thread of its own while the daemon serves, what should never be: at its start and
/// then every interval. What it finds is an error in the log, and a metric.
class InvariantWatch {
 public:
  InvariantWatch(const projections::State& state, std::chrono::seconds interval);
  /// Ends the thread; a count under way is given up.
  ~InvariantWatch();

  /// What the last count found.
  std::uint64_t violations() const { return violations_; }

 private:
  void loop();
  void count();
  bool stopping();

  const projections::State& state_;
  const std::chrono::seconds interval_;
  std::atomic<std::uint64_t> violations_ = 0;
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobledger::daemon
