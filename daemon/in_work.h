#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace jobledger::daemon {

/// The commands that were taken and are not answered yet. They are answered about in the order in
/// which they came, so whichever is, the oldest counts as answered. Any thread.
class InWork {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Limits {
    std::size_t commands;
    std::size_t bytes;               ///< of bodies; one alone may be larger
    std::chrono::milliseconds wait;  ///< of the oldest
  };

  explicit InWork(Limits limits) : limits_(limits) {}

  void take(std::size_t bytes, TimePoint now) {
    std::lock_guard lock(mutex_);
    came_.push_back({now, bytes});
    bytes_ += bytes;
    note();
  }
  void answered() {
    std::lock_guard lock(mutex_);
    bytes_ -= came_.front().bytes;
    came_.pop_front();
    note();
  }

  /// Whether no more are to be taken: because there are too many, or because they wait for too
  /// long, as one that came now would. Takes no lock: it is asked most when there is most to do.
  bool is_full(TimePoint now) const {
    return too_many_.load(std::memory_order_relaxed) ||
           now - oldest_.load(std::memory_order_relaxed) > limits_.wait;
  }
  /// When the oldest of them came; nullopt if there is none.
  std::optional<TimePoint> oldest() const {
    const TimePoint came = oldest_.load(std::memory_order_relaxed);
    return came == TimePoint::max() ? std::nullopt : std::optional(came);
  }

 private:
  struct Command {
    TimePoint came;
    std::size_t bytes;
  };

  void note() {
    too_many_.store(came_.size() >= limits_.commands || bytes_ >= limits_.bytes,
                    std::memory_order_relaxed);
    oldest_.store(came_.empty() ? TimePoint::max() : came_.front().came, std::memory_order_relaxed);
  }

  const Limits limits_;
  std::mutex mutex_;
  std::deque<Command> came_;
  std::size_t bytes_ = 0;
  std::atomic<bool> too_many_ = false;
  std::atomic<TimePoint> oldest_ = TimePoint::max();
};

}  // namespace jobledger::daemon
