#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>

namespace jobledger::daemon::streams {

/// A bound on how many follow along at the same time, and how far each has come.
class Places {
 public:
  explicit Places(std::uint32_t most) : most_(most) {}

  /// Keeps a place taken for as long as it lives.
  class Hold {
   public:
    explicit Hold(Places& places) : places_(places) {
      std::lock_guard lock(places_.mutex_);
      places_.holds_.insert(this);
    }
    ~Hold() {
      std::lock_guard lock(places_.mutex_);
      places_.holds_.erase(this);
      --places_.taken_;
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    /// All entries before this version were given, or passed over.
    void come_to(std::uint64_t version) { position_.store(version, std::memory_order_relaxed); }

   private:
    friend class Places;
    Places& places_;
    std::atomic<std::uint64_t> position_ = 0;
  };

  /// Null if all are taken. Any thread.
  std::shared_ptr<Hold> take(std::uint64_t position = 0) {
    if (taken_.fetch_add(1) >= most_) {
      --taken_;
      ++refused_;
      return nullptr;
    }
    auto hold = std::make_shared<Hold>(*this);
    hold->come_to(position);
    return hold;
  }

  /// How many were not given one.
  std::uint64_t refused() const { return refused_.load(); }

  struct Lag {
    std::size_t count = 0;
    std::uint64_t most = 0;  ///< entries that the last of them has yet to get
    std::uint64_t sum = 0;   ///< of all of them
  };
  /// How far those who follow are behind this version.
  Lag behind(std::uint64_t version) const {
    std::lock_guard lock(mutex_);
    Lag lag{holds_.size()};
    for (const Hold* hold : holds_) {
      const std::uint64_t position = hold->position_.load(std::memory_order_relaxed);
      const std::uint64_t left = version > position ? version - position : 0;
      lag.most = std::max(lag.most, left);
      lag.sum += left;
    }
    return lag;
  }

 private:
  const std::uint32_t most_;
  std::atomic<std::uint32_t> taken_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  mutable std::mutex mutex_;
  std::unordered_set<const Hold*> holds_;
};

}  // namespace jobledger::daemon::streams
