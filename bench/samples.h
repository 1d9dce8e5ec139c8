#pragma once

#include <chrono>
#include <vector>

namespace jobledger::bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// The value that `share` (0 to 1) of the values lie below; 0 if there are none. Every value
/// counts: nothing is put into buckets.
double quantile(const std::vector<double>& values, double share);

inline double median(const std::vector<double>& values) {
  return quantile(values, 0.5);
}

}  // namespace jobledger::bench
