#include "projections/entry_times.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/map_chunks.h"

namespace jobledger::tests {
namespace {

using ledger::TimeMs;
using projections::EntryTimes;

constexpr TimeMs kHalf = TimeMs{1} << 32;  ///< 49.7 days

EntryTimes times_of(const std::vector<TimeMs>& times) {
  EntryTimes folded;
  for (std::size_t i = 0; i < times.size(); ++i) folded.fold(entry_of({}, i, times[i]), 0, 0);
  return folded;
}

TEST_CASE("each entry's time comes back, over the borders of the low half too") {
  std::vector<TimeMs> times = {0,         1,         kHalf - 1,     kHalf - 1,     kHalf,
                               kHalf + 1, kHalf + 1, 5 * kHalf - 1, 9 * kHalf + 3, 9 * kHalf + 3};
  EntryTimes folded = times_of(times);
  REQUIRE(folded.size() == times.size());
  for (std::size_t i = 0; i < times.size(); ++i) CHECK(folded.at(i) == times[i]);
}

TEST_CASE("the first entry at or after a time is found") {
  EntryTimes folded = times_of({10, 20, 20, kHalf - 1, kHalf, 3 * kHalf});
  CHECK(folded.first_at_or_after(0) == 0);
  CHECK(folded.first_at_or_after(10) == 0);
  CHECK(folded.first_at_or_after(11) == 1);
  CHECK(folded.first_at_or_after(20) == 1);
  CHECK(folded.first_at_or_after(21) == 3);
  CHECK(folded.first_at_or_after(kHalf) == 4);
  CHECK(folded.first_at_or_after(kHalf + 1) == 5);
  CHECK(folded.first_at_or_after(3 * kHalf + 1) == 6);
  CHECK(times_of({}).first_at_or_after(0) == 0);
}

TEST_CASE("an entry in slices has one time") {
  EntryTimes folded;
  folded.fold(entry_of({}, 0, 77), 0, 2048);
  folded.fold(entry_of({}, 0, 77), 2048, 4096);
  CHECK(folded.size() == 1);
}

TEST_CASE("times are saved and loaded, as of a version") {
  std::vector<TimeMs> times;
  for (TimeMs i = 0; i < 40'000; ++i) times.push_back(i * (kHalf / 9000));
  EntryTimes folded = times_of(times);
  MapChunks chunks;
  folded.save(folded.size())(chunks, run_at_once);
  EntryTimes loaded;
  REQUIRE(loaded.load(folded.size(), chunks));
  for (std::size_t i = 0; i < times.size(); ++i) REQUIRE(loaded.at(i) == times[i]);
  EntryTimes other;
  CHECK_FALSE(other.load(folded.size() + 1, chunks));
  for (const std::string& name : chunks.names()) {
    INFO(name);
    MapChunks without = chunks;
    without.erase(name);
    EntryTimes missing;
    CHECK_FALSE(missing.load(folded.size(), without));
  }
}

}  // namespace
}  // namespace jobledger::tests
