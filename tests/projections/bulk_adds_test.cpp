#include "projections/bulk_adds.h"

#include <catch2/catch.hpp>
#include <deque>
#include <random>

#include "tests/support/random_history.h"

namespace jobledger::tests {
namespace {

TEST_CASE("bulk adds give what single ones do, to however many bitmaps by turns") {
  std::uint64_t seed = seed_or(5);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  const std::size_t bitmaps = GENERATE(1, 3, 200);
  std::deque<Roaring> bulk(bitmaps);
  std::deque<Roaring> single(bitmaps);
  projections::BulkAdds adds;
  for (std::uint32_t number = 0; number < 50'000 * 3; number += 1 + random() % 5) {
    std::size_t to = random() % bitmaps;
    adds.add(bulk[to], number);
    adds.add(bulk[to], number);  // as a job that had a status twice
    single[to].add(number);
  }
  adds.finish();
  CHECK(bulk == single);
}

}  // namespace
}  // namespace jobledger::tests
