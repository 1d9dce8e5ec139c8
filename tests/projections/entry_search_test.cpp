#include "projections/entry_search.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/random_history.h"

namespace jobledger::tests {
namespace {

using projections::entries_in_all;
using projections::EntrySet;
using projections::newest_in_all;
using Entries = std::vector<std::uint64_t>;

struct Slices {
  int count = 0;
  ledger::Projection::Locked locked() {
    return [this](const std::function<void()>& work) {
      ++count;
      work();
    };
  }
};

EntrySet every(std::uint64_t step, std::uint64_t first, std::uint64_t last) {
  EntrySet set;
  for (std::uint64_t entry = first; entry < last; entry += step) set.add(entry);
  return set;
}

Entries first_of(Entries entries, std::size_t most) {
  entries.resize(std::min(entries.size(), most));
  return entries;
}

TEST_CASE("entries of several sets are those of a look at each", "[random]") {
  std::uint64_t seed = seed_or(1);
  INFO("TEST_SEED=" << seed);
  RandomHistory random(seed);
  for (int round = 0; round < 40; ++round) {
    // At the border of two windows, and of 2^32.
    std::uint64_t base = (round % 2 == 0 ? std::uint64_t{1} << 20 : std::uint64_t{1} << 32) - 1500;
    std::vector<EntrySet> all(random.below(4));
    for (EntrySet& set : all) {
      std::uint32_t in = 1 + random.below(5);
      for (std::uint64_t i = 0; i < 3000; ++i) {
        if (random.one_in(in)) set.add(base + i);
      }
    }
    std::vector<const EntrySet*> sets;
    for (const EntrySet& set : all) sets.push_back(&set);
    std::uint64_t from = base + random.below(3000);
    std::uint64_t version = std::min(from + random.below(3000), base + 3000);
    std::size_t most = 1 + random.below(400);
    Entries all_fitting;
    Entries some;
    Entries some_fitting;
    for (std::uint64_t entry = base; entry < base + 3000; ++entry) {
      bool given = random.one_in(3);
      if (given) some.push_back(entry);
      bool fits = entry >= from && entry < version &&
                  std::all_of(all.begin(), all.end(),
                              [&](const EntrySet& set) { return set.contains(entry); });
      if (fits) all_fitting.push_back(entry);
      if (fits && given) some_fitting.push_back(entry);
    }
    Slices slices;
    auto locked = slices.locked();
    REQUIRE(entries_in_all(sets, from, version, most, locked) == first_of(all_fitting, most));
    REQUIRE(entries_in_all(sets, some, from, version, most, locked) ==
            first_of(some_fitting, most));
    std::reverse(all_fitting.begin(), all_fitting.end());
    std::reverse(some_fitting.begin(), some_fitting.end());
    REQUIRE(newest_in_all(sets, from, version, most, locked) == first_of(all_fitting, most));
    REQUIRE(newest_in_all(sets, some, from, version, most, locked) == first_of(some_fitting, most));
  }
}

TEST_CASE("a search of large sets lets the fold in") {
  constexpr std::uint64_t kCount = 6'000'000;
  EntrySet even = every(2, 0, kCount);
  EntrySet odd = every(2, 1, kCount);
  Slices slices;
  CHECK(entries_in_all({&even, &odd}, 0, kCount, 10, slices.locked()).empty());
  CHECK(slices.count >= 5);
  slices = {};
  CHECK(entries_in_all({&even}, 7, kCount, 3, slices.locked()) == Entries{8, 10, 12});
  CHECK(slices.count == 1);
  slices = {};
  CHECK(newest_in_all({&even}, 7, kCount - 1, 3, slices.locked()) ==
        Entries{kCount - 2, kCount - 4, kCount - 6});
  CHECK(slices.count == 1);
  slices = {};
  CHECK(newest_in_all({&even, &odd}, 0, kCount, 10, slices.locked()).empty());
  CHECK(slices.count >= 5);
  slices = {};
  Entries about;
  for (std::uint64_t entry = 1; entry < 100'000; entry += 2) about.push_back(entry);
  CHECK(entries_in_all({&even}, about, 0, kCount, 10, slices.locked()).empty());
  CHECK(slices.count >= 10);
}

TEST_CASE("a search of no set takes the first entries there are, at the cost of the page") {
  Slices slices;
  CHECK(entries_in_all({}, 5, 40'000'000, 3, slices.locked()) == Entries{5, 6, 7});
  CHECK(slices.count == 1);
  CHECK(entries_in_all({}, 5, 7, 3, slices.locked()) == Entries{5, 6});
  CHECK(entries_in_all({}, 7, 7, 3, slices.locked()).empty());
}

TEST_CASE("a search goes over what one of the sets has not") {
  constexpr std::uint64_t kFar = (std::uint64_t{3} << 32) + 5;
  EntrySet all = every(1, 0, 100'000);
  all.add(kFar);
  EntrySet one;
  one.add(kFar);
  Slices slices;
  CHECK(entries_in_all({&all, &one}, 0, kFar + 1, 10, slices.locked()) == Entries{kFar});
  CHECK(slices.count <= 2);
  CHECK(entries_in_all({&all, &one}, 0, kFar, 10, slices.locked()).empty());
  one.add(7);
  slices = {};
  CHECK(newest_in_all({&all, &one}, 0, kFar + 1, 10, slices.locked()) == Entries{kFar, 7});
  CHECK(slices.count <= 3);
}

}  // namespace
}  // namespace jobledger::tests
