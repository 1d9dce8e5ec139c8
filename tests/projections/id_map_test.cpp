#include "projections/id_map.h"

#include <catch2/catch.hpp>

#include "tests/support/random_history.h"

namespace jobledger::tests {
namespace {

using ledger::JobNumber;
using projections::IdMap;
using projections::JobRows;

void check_all_found(const std::vector<ledger::JobId>& ids) {
  JobRows rows;
  IdMap map(rows);
  for (JobNumber number = 0; number < ids.size(); ++number) {
    projections::JobRow row;
    row.id = ids[number];
    rows.push_back(row);
    map.insert(row.id, number);
  }
  std::size_t found = 0;
  for (JobNumber number = 0; number < ids.size(); ++number)
    found += map.find(ids[number]) == number;
  CHECK(found == ids.size());
  CHECK_FALSE(map.find({ids.back().high, ids.back().low + 1}));
  CHECK_FALSE(map.find({ids.front().high + 1, ids.front().low}));
  CHECK_FALSE(map.find({}));
}

TEST_CASE("every id is found: those of one millisecond, which count up") {
  std::vector<ledger::JobId> ids;
  for (std::uint64_t i = 0; i < 200'000; ++i) ids.push_back({77, 1000 + i});
  check_all_found(ids);
}

TEST_CASE("every id is found: those of many milliseconds") {
  std::vector<ledger::JobId> ids;
  for (std::uint64_t i = 0; i < 50'000; ++i) ids.push_back({i << 16, 5});
  check_all_found(ids);
}

TEST_CASE("every id is found: those of many seconds, some to each") {
  std::vector<ledger::JobId> ids;
  for (std::uint64_t i = 0; i < 200'000; ++i) ids.push_back({(i / 50 * 977) << 16, 5 + i * 31});
  check_all_found(ids);
}

TEST_CASE("every id is found: random ones") {
  std::mt19937_64 random(seed_or(1));
  std::vector<ledger::JobId> ids;
  for (int i = 0; i < 200'000; ++i) ids.push_back({random(), random()});
  check_all_found(ids);
}

TEST_CASE("an empty map has nothing") {
  JobRows rows;
  CHECK_FALSE(IdMap(rows).find({1, 2}));
}

}  // namespace
}  // namespace jobledger::tests
