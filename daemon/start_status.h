#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace jobledger::daemon {

/// How far a start has come, for whoever asks meanwhile. Any thread.
class StartStatus {
 public:
  /// What is done now, as words for the operator.
  void tell(std::string what) {
    std::lock_guard lock(mutex_);
    what_ = std::move(what);
  }
  std::string what() const {
    std::lock_guard lock(mutex_);
    return what_;
  }

  /// The fold of the log has come to `done` of `total` entries.
  void folded(std::uint64_t done, std::uint64_t total) {
    done_ = done;
    total_ = total;
  }
  std::uint64_t done() const { return done_; }
  std::uint64_t total() const { return total_; }

  void over() {
    seconds_ = seconds();
    running_ = false;
  }
  bool running() const { return running_; }
  /// How long it took, or has taken so far.
  double seconds() const {
    return running_
               ? std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count()
               : seconds_.load();
  }

 private:
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> total_ = 0;
  std::atomic<bool> running_ = true;
  std::atomic<double> seconds_ = 0;
  mutable std::mutex mutex_;
  std::string what_ = "opening the ledger";
};

}  // namespace jobledger::daemon
