#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "daemon/metrics.h"
#include "projections/state.h"

namespace jobledger::daemon {

/// Counts, on a thread of its own while the daemon serves, what should never be: at its start and
/// then every interval. What it finds is an error in the log, and a metric.
class InvariantWatch {
 public:
  InvariantWatch(const projections::State& state, Metrics& metrics, std::chrono::seconds interval);
  /// Ends the thread; a count under way is given up.
  ~InvariantWatch();

 private:
  void loop();
  void count();
  bool stopping();

  const projections::State& state_;
  Metrics& metrics_;
  const std::chrono::seconds interval_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobledger::daemon
