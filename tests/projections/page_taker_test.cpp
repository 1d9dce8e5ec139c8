#include "projections/page_taker.h"

#include <catch2/catch.hpp>
#include <set>

namespace jobledger::tests {
namespace {

using projections::Permutation;

void check_bijection(std::uint32_t size, std::uint64_t seed) {
  Permutation permutation(size, seed);
  std::vector<bool> seen(size);
  std::uint32_t distinct = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    std::uint32_t to = permutation(i);
    REQUIRE(to < size);
    if (!seen[to]) ++distinct;
    seen[to] = true;
    REQUIRE(permutation.inverse(to) == i);
  }
  REQUIRE(distinct == size);
}

TEST_CASE("a permutation of any size meets every number once") {
  for (std::uint32_t size = 1; size <= 300; ++size) {
    for (std::uint64_t seed : {0, 1, 12345}) {
      INFO("size " << size << " seed " << seed);
      check_bijection(size, seed);
    }
  }
}

TEST_CASE("a permutation of a large size meets every number once") {
  for (std::uint32_t size : {4095U, 4096U, 4097U, 65535U, 65536U, 65537U, 300000U}) {
    INFO("size " << size);
    check_bijection(size, 7);
  }
}

TEST_CASE("a permutation of the largest sizes stays within them") {
  for (std::uint32_t size : {0x7fff'ffffU, 0x8000'0000U, 0x8000'0001U, 0xffff'ffffU}) {
    Permutation permutation(size, 3);
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      CHECK(permutation(i) < size);
      CHECK(permutation.inverse(permutation(i)) == i);
      seen.insert(permutation(i));
    }
    CHECK(seen.size() == 1000);
  }
}

TEST_CASE("a seed has one permutation, and another seed another") {
  Permutation one(100, 5);
  Permutation again(100, 5);
  Permutation other(100, 6);
  int same = 0;
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(one(i) == again(i));
    same += one(i) == other(i);
  }
  CHECK(same < 20);
}

}  // namespace
}  // namespace jobledger::tests
