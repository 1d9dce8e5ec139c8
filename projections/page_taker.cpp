#include "projections/page_taker.h"

#include <bit>

namespace jobledger::projections {
namespace {

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

std::uint32_t Permutation::operator()(std::uint32_t index) const {
  std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t value = index;
  do {
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & mask;
    for (std::uint64_t round = 0; round < 4; ++round) {
      std::uint64_t next = left ^ (mix(seed_ + (round << 32) + right) & mask);
      left = right;
      right = next;
    }
    value = left << half_bits_ | right;
  } while (value >= size_);
  return static_cast<std::uint32_t>(value);
}

}  // namespace jobledger::projections
