#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace jobledger::daemon::cli::worker {

/// Pauses between attempts: twice as long each time, up to half a minute, and each shortened by up
/// to a half at random, so that workers that were cut off together do not come back together.
class Backoff {
 public:
  explicit Backoff(std::uint32_t seed = std::random_device{}()) : random_(seed) {}

  std::chrono::milliseconds next() {
    std::uniform_int_distribution<std::int64_t> some(pause_.count() / 2, pause_.count());
    std::chrono::milliseconds taken(some(random_));
    pause_ = std::min(pause_ * 2, kLongest);
    return taken;
  }
  void reset() { pause_ = kFirst; }

  static constexpr std::chrono::milliseconds kFirst{250};
  static constexpr std::chrono::milliseconds kLongest{30'000};

 private:
  std::minstd_rand random_;
  std::chrono::milliseconds pause_ = kFirst;
};

}  // namespace jobledger::daemon::cli::worker
