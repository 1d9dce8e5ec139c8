#include "tests/support/torture.h"

#include <cstdlib>
#include <iostream>
#include <limits>

namespace jobledger::tests {
namespace {

std::optional<std::uint64_t> number(const char* variable) {
  const char* set = std::getenv(variable);
  if (!set) return std::nullopt;
  return std::strtoull(set, nullptr, 10);
}

}  // namespace

bool is_torture() {
  return number("TORTURE_SECONDS") || number("TORTURE_SEEDS");
}

Seeds::Seeds(std::uint64_t usual) : count_(usual) {
  using std::chrono::system_clock;
  if (auto seed = number("TEST_SEED")) {
    first_ = *seed;
    count_ = 1;
    return;
  }
  auto seconds = number("TORTURE_SECONDS");
  auto count = number("TORTURE_SEEDS");
  asked_ = seconds || count;
  if (!asked_) return;
  if (seconds) {
    end_ = std::chrono::steady_clock::now() + std::chrono::seconds(*seconds);
    first_ = static_cast<std::uint64_t>(system_clock::to_time_t(system_clock::now())) * 1'000'000;
  }
  count_ = count.value_or(std::numeric_limits<std::uint64_t>::max());
  first_ = number("TORTURE_FIRST").value_or(first_);
}

std::optional<std::uint64_t> Seeds::next() {
  if (done_ < count_ && (!end_ || std::chrono::steady_clock::now() < *end_)) {
    return first_ + done_++;
  }
  if (asked_) std::cout << done_ << " seeds from " << first_ << " on\n";
  return std::nullopt;
}

}  // namespace jobledger::tests
