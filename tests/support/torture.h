#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

namespace jobledger::tests {

/// The seeds that a random test goes through, as the environment says:
///
///   TEST_SEED=<n>        that one alone, to repeat a failure
///   TORTURE_SECONDS=<n>  new ones until so much time has passed
///   TORTURE_SEEDS=<n>    so many
///
/// and without any of them `usual`, from 1 on. With one of the last two, TORTURE_FIRST=<n> is the
/// first; for new ones it is by default the time, so that no two nights are the same.
class Seeds {
 public:
  explicit Seeds(std::uint64_t usual);

  /// nullopt once they are through; then how many there were is printed, if somebody asked.
  std::optional<std::uint64_t> next();

 private:
  std::uint64_t first_ = 1;
  std::uint64_t count_;  ///< at most
  std::uint64_t done_ = 0;
  std::optional<std::chrono::steady_clock::time_point> end_;
  bool asked_ = false;
};

/// Whether the environment asks for more than the slice of every run.
bool is_torture();

/// Calls `round` with one after another. What it requires is told with the seed if it fails.
template <typename Round>
void for_seeds(std::uint64_t usual, const Round& round) {
  Seeds seeds(usual);
  while (std::optional<std::uint64_t> seed = seeds.next()) {
    INFO("TEST_SEED=" << *seed);
    round(*seed);
  }
}

}  // namespace jobledger::tests
