#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jobledger::bench {

/// What came of a load that is offered whatever becomes of it.
struct Offered {
  double seconds = 0;
  std::uint64_t due = 0;   ///< requests by the clock
  std::uint64_t sent = 0;  ///< of them; for the others every connection was busy
  std::uint64_t done = 0;  ///< answered as wanted
  std::uint64_t shed = 0;  ///< answered 503, with Retry-After
  /// Of each, from when it was sent until its answer had come to this machine's socket, whenever
  /// it was read from there: this thread is busy itself.
  std::vector<double> done_ms;
  std::vector<double> shed_ms;
  /// Those done in each tenth of a second.
  std::vector<std::uint64_t> done_by_time;

  double done_a_second() const { return static_cast<double>(done) / seconds; }
};

/// Sends `request` so often a second for a while, on connections of its own that are free, on the
/// calling thread. Throws std::runtime_error if an answer is neither `wanted` nor a proper 503, or
/// a connection breaks.
Offered offer(std::uint16_t port, std::size_t connections, const std::string& request, int wanted,
              double a_second, double seconds);

}  // namespace jobledger::bench
