#include "projections/entry_set.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "tests/support/random_history.h"

namespace jobledger::tests {
namespace {

using projections::EntrySet;
using projections::Packer;
using projections::Unpacker;

constexpr std::uint64_t kHalf = std::uint64_t{1} << 32;

std::string saved(const EntrySet& set) {
  Packer out;
  set.save(out);
  return out.take();
}

EntrySet loaded(const std::string& bytes) {
  Unpacker in(bytes);
  EntrySet set;
  REQUIRE(set.load(in, ~std::uint64_t{0}));
  REQUIRE(in.at_end());
  return set;
}

TEST_CASE("an empty set has nothing, and can be saved") {
  EntrySet set;
  CHECK(set.size() == 0);
  CHECK_FALSE(set.next(0));
  CHECK_FALSE(set.contains(0));
  CHECK(loaded(saved(set)).size() == 0);
}

TEST_CASE("the next one is found, beyond 32 bits too") {
  EntrySet set;
  for (std::uint64_t entry : {std::uint64_t{3}, kHalf - 1, kHalf, 3 * kHalf + 7}) set.add(entry);
  CHECK(set.size() == 4);
  CHECK(set.next(0) == 3);
  CHECK(set.next(3) == 3);
  CHECK(set.next(4) == kHalf - 1);
  CHECK(set.next(kHalf) == kHalf);
  CHECK(set.next(kHalf + 1) == 3 * kHalf + 7);
  CHECK_FALSE(set.next(3 * kHalf + 8));
  CHECK_FALSE(set.next(9 * kHalf));
  CHECK(set.contains(kHalf));
  CHECK_FALSE(set.contains(2 * kHalf));
  CHECK(loaded(saved(set)).next(kHalf + 1) == 3 * kHalf + 7);
}

TEST_CASE("the one before is found, beyond 32 bits too") {
  EntrySet set;
  for (std::uint64_t entry : {std::uint64_t{3}, kHalf - 1, kHalf, 3 * kHalf + 7}) set.add(entry);
  CHECK_FALSE(set.previous(0));
  CHECK_FALSE(set.previous(3));
  CHECK(set.previous(4) == 3);
  CHECK(set.previous(kHalf) == kHalf - 1);
  CHECK(set.previous(kHalf + 1) == kHalf);
  CHECK(set.previous(3 * kHalf) == kHalf);
  CHECK(set.previous(3 * kHalf + 7) == kHalf);
  CHECK(set.previous(~std::uint64_t{0}) == 3 * kHalf + 7);
  CHECK_FALSE(EntrySet().previous(7));
}

TEST_CASE("two sets are put together") {
  EntrySet one;
  EntrySet two;
  one.add(1);
  two.add(1);
  two.add(kHalf + 2);
  one.add_all(two);
  CHECK(one.size() == 2);
  CHECK(one.contains(kHalf + 2));
  two.add_all(EntrySet());
  CHECK(two.size() == 2);
}

/// Adds the numbers; after each, the set that was saved and loaded at some time before, and went
/// on from there, is saved as the same bytes.
void check_one_form(const std::vector<std::uint64_t>& numbers) {
  EntrySet live;
  EntrySet other;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    live.add(numbers[i]);
    other.add(numbers[i]);
    INFO("after " << i + 1 << " numbers, the last " << numbers[i]);
    REQUIRE(saved(other) == saved(live));
    if (i % 3 != 1) other = loaded(saved(live));
  }
}

TEST_CASE("one content has one form, whatever history made it") {
  check_one_form({5, 6, 7, 9});
  check_one_form({1, 2, 3, 4, 10, 12, 14, 16, 18, 20, 21, 22, 23});
  std::uint64_t seed = seed_or(1);
  INFO("TEST_SEED=" << seed);
  RandomHistory random(seed);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::uint64_t> numbers;
    std::uint64_t next = random.one_in(2) ? 0 : 65530;
    for (int i = 0; i < 150; ++i) {
      next += random.one_in(2) ? 1 : 1 + random.below(4);
      numbers.push_back(next);
    }
    check_one_form(numbers);
  }
}

TEST_CASE("dense sets and large ones are saved and loaded") {
  for (std::uint64_t step : {1, 2, 3, 1000}) {
    EntrySet set;
    for (std::uint64_t i = 0; i < 20'000; ++i) set.add(i * step);
    EntrySet back = loaded(saved(set));
    CHECK(back.size() == 20'000);
    CHECK(saved(back) == saved(set));
    CHECK(back.next(19'998 * step + 1) == 19'999 * step);
  }
}

TEST_CASE("a set that is mangled, or has what is not there yet, is not loaded") {
  EntrySet set;
  for (std::uint64_t entry = 0; entry < 200; entry += 3) set.add(entry);          // an array
  for (std::uint64_t entry = 70'000; entry < 90'000; entry += 2) set.add(entry);  // a bitmap
  for (std::uint64_t entry = 200'000; entry < 220'000; ++entry) set.add(entry);   // a run
  for (std::uint64_t entry = 0; entry < 50; ++entry) set.add(kHalf + entry * 100'000);
  std::string bytes = saved(set);
  CHECK(saved(loaded(bytes)) == bytes);
  std::uint64_t last = kHalf + 49 * 100'000;
  auto loads = [](const std::string& from, std::uint64_t version) {
    Unpacker in(from);
    EntrySet into;
    return into.load(in, version) && in.at_end();
  };
  CHECK(loads(bytes, last + 1));
  CHECK_FALSE(loads(bytes, last));

  std::uint64_t seed = seed_or(3);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    std::string mangled = bytes;
    for (std::uint64_t count = 1 + random() % 3; count > 0; --count) {
      mangled[random() % mangled.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) mangled.resize(random() % mangled.size());
    Unpacker in(mangled);
    EntrySet into;
    if (!into.load(in, last + 1)) continue;
    // Whatever was loaded is a set: it can be gone through, and saved.
    std::uint64_t size = 0;
    for (auto at = into.next(0); at; at = into.next(*at + 1)) ++size;
    CHECK(size == into.size());
    CHECK(saved(loaded(saved(into))) == saved(into));
  }
}

}  // namespace
}  // namespace jobledger::tests
