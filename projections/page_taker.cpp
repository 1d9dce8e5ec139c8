#include "projections/page_taker.h"

#include <bit>

namespace jobledger::projections {
namespace {

constexpr std::uint64_t kRounds = 4;

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;  // splitmix64's finisher
  value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31);
}

}  // namespace

Permutation::Permutation(std::uint32_t size, std::uint64_t seed)
    : size_(size),
      half_bits_(static_cast<unsigned>(std::bit_width(size > 1 ? size - 1 : 1U) + 1) / 2),
      seed_(mix(seed)) {}

std::uint64_t Permutation::round(std::uint64_t number, std::uint64_t half) const {
  return mix(seed_ + (number << 32) + half) & ((std::uint64_t{1} << half_bits_) - 1);
}

std::uint32_t Permutation::operator()(std::uint32_t index) const {
  std::uint64_t left = index >> half_bits_;
  std::uint64_t right = index & ((std::uint64_t{1} << half_bits_) - 1);
  std::uint64_t value;
  do {
    for (std::uint64_t number = 0; number < kRounds; ++number) {
      std::uint64_t next = left ^ round(number, right);
      left = right;
      right = next;
    }
    value = left << half_bits_ | right;
  } while (value >= size_);
  return static_cast<std::uint32_t>(value);
}

std::uint32_t Permutation::inverse(std::uint32_t value) const {
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & ((std::uint64_t{1} << half_bits_) - 1);
  std::uint64_t index;
  do {
    for (std::uint64_t number = kRounds; number-- > 0;) {
      std::uint64_t before = right ^ round(number, left);
      right = left;
      left = before;
    }
    index = left << half_bits_ | right;
  } while (index >= size_);
  return static_cast<std::uint32_t>(index);
}

}  // namespace jobledger::projections
