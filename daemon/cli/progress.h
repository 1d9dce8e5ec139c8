#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace jobledger::daemon::cli {

/// The progress of long work: a bar with rate and time left on a terminal (standard error), a
/// plain line every few seconds elsewhere.
class Progress {
 public:
  Progress(std::ostream& err, std::string what, std::string unit);

  void show(std::uint64_t done, std::uint64_t total);
  /// Takes the bar away.
  void finish();

 private:
  std::string line(std::uint64_t done, std::uint64_t total, double seconds) const;

  using Clock = std::chrono::steady_clock;
  std::ostream& err_;
  const std::string what_;
  const std::string unit_;
  const bool terminal_;
  const Clock::time_point begun_;
  Clock::time_point shown_;
  bool bar_ = false;
};

}  // namespace jobledger::daemon::cli
