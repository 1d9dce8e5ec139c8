#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::daemon {

/// A token bucket for each name: so many requests a second, and a burst on top after a rest. Holds
/// a bounded number of them, whatever names come: beyond it the further ones share one. Any thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// `per_second` 0: no limit.
  RateLimit(std::uint32_t per_second, std::uint32_t burst, std::size_t most_names = 10'000)
      : per_second_(per_second), burst_(std::max(burst, per_second)), most_names_(most_names) {}

  /// Takes one request; else how many seconds to wait.
  std::optional<std::uint32_t> refuse(std::string_view name, Clock::time_point now = Clock::now()) {
    if (per_second_ == 0) return std::nullopt;
    std::lock_guard lock(mutex_);
    Bucket& bucket = bucket_of(name, now);
    bucket.left = left_in(bucket, now);
    bucket.filled = now;
    if (bucket.left < 1) {
      return std::max(1U, static_cast<std::uint32_t>(std::ceil((1 - bucket.left) / per_second_)));
    }
    bucket.left -= 1;
    return std::nullopt;
  }

  /// Requests that may come at once after a rest.
  std::uint64_t burst() const { return static_cast<std::uint64_t>(burst_); }
  /// How long such a rest is; at least one.
  std::uint64_t window_seconds() const {
    return std::max(std::uint64_t{1}, static_cast<std::uint64_t>(std::ceil(burst_ / per_second_)));
  }
  std::size_t names() const {
    std::lock_guard lock(mutex_);
    return buckets_.size();
  }

 private:
  struct Bucket {
    double left;
    Clock::time_point filled;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  double left_in(const Bucket& bucket, Clock::time_point now) const {
    double rest = std::chrono::duration<double>(now - bucket.filled).count();
    return std::min(burst_, bucket.left + rest * per_second_);
  }

  Bucket& bucket_of(std::string_view name, Clock::time_point now) {
    auto found = buckets_.find(name);
    if (found != buckets_.end()) return found->second;
    if (buckets_.size() >= most_names_) forget_the_rested(now);
    bool has_room = buckets_.size() < most_names_;
    return buckets_.try_emplace(std::string(has_room ? name : ""), Bucket{burst_, now})
        .first->second;
  }

  /// A full bucket is as good as none. Not for each new name, as there may be many.
  void forget_the_rested(Clock::time_point now) {
    if (now - last_look_ < std::chrono::seconds(1)) return;
    last_look_ = now;
    boost::unordered::erase_if(
        buckets_, [&](const auto& each) { return left_in(each.second, now) >= burst_; });
  }

  const double per_second_;
  const double burst_;
  const std::size_t most_names_;
  mutable std::mutex mutex_;
  Clock::time_point last_look_;
  boost::unordered_flat_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
};

}  // namespace jobledger::daemon
