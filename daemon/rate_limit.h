#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <mutex>
#include <optional>

#include "ledger/ids.h"
#include "projections/id_map.h"

namespace jobledger::daemon {

/// A token bucket for each token: so many requests a second, and a burst on top after a rest.
class RateLimit {
 public:
  /// `per_second` 0: no limit.
  RateLimit(std::uint32_t per_second, std::uint32_t burst)
      : per_second_(per_second), burst_(std::max(burst, per_second)) {}

  /// Takes one request; else how many seconds to wait.
  std::optional<std::uint32_t> refuse(ledger::TokenId token) {
    if (per_second_ == 0) return std::nullopt;
    auto now = std::chrono::steady_clock::now();
    std::lock_guard lock(mutex_);
    auto [it, is_new] = buckets_.try_emplace(token, Bucket{burst_, now});
    Bucket& bucket = it->second;
    double rest = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.left = std::min(burst_, bucket.left + rest * per_second_);
    bucket.filled = now;
    if (bucket.left < 1) return 1;
    bucket.left -= 1;
    return std::nullopt;
  }

 private:
  struct Bucket {
    double left;
    std::chrono::steady_clock::time_point filled;
  };
  const double per_second_;
  const double burst_;
  std::mutex mutex_;
  boost::unordered_flat_map<ledger::TokenId, Bucket, projections::UlidHash> buckets_;
};

}  // namespace jobledger::daemon
