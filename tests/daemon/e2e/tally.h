#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <string>

namespace jobledger::daemon::e2e {

/// Whether a long run was asked for (see tests/support/torture.h), or the repetition of a part of
/// one. Otherwise it is a slice in the gate.
inline bool is_long_run() {
  return std::getenv("TORTURE_SECONDS") || std::getenv("TORTURE_SEEDS") || std::getenv("TEST_SEED");
}

/// Counts what a torture case does. In a long run it says so at its end, for the table of
/// scripts/torture: `did: 20 kills, 8123 answers`.
class Tally {
 public:
  ~Tally() {
    if (!is_long_run()) return;
    std::string line;
    for (const auto& [what, count] : counts_) {
      line += (line.empty() ? "did: " : ", ") + std::to_string(count) + ' ' + what;
    }
    std::cout << line << std::endl;
  }

  /// Says something measured, in a long run.
  static void measured(const std::string& what) {
    if (is_long_run()) std::cout << "measured: " << what << std::endl;
  }

  /// Any thread.
  void add(const std::string& what, std::uint64_t count = 1) {
    std::lock_guard lock(mutex_);
    counts_[what] += count;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace jobledger::daemon::e2e
