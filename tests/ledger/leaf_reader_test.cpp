#include "ledger/leaf_reader.h"

#include <catch2/catch.hpp>

#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using ledger::LeafReader;
using ledger::Sha256;

Sha256 leaf_of(std::uint64_t index) {
  return ledger::sha256({std::to_string(index)});
}

/// Stores the leaves [first, first + count) as one run.
void put_run(ledger::Store& store, std::uint64_t first, std::uint64_t count) {
  std::string run;
  for (std::uint64_t i = 0; i < count; ++i) run += ledger::bytes_of(leaf_of(first + i));
  ledger::StoreBatch batch(store);
  batch.put_tree(ledger::keys::tree_run(0, first), run);
  REQUIRE(store.write(batch));
}

}  // namespace

TEST_CASE("leaves are read in whatever runs they were written", "[hash_tree]") {
  auto store = store_in_memory();
  std::uint64_t size = 0;
  for (std::uint64_t run : {1, 1, 7, 300, 5000, 1, 4000, 2, 2, 1}) {
    put_run(*store, size, run);
    size += run;
  }
  LeafReader leaves(*store);
  for (std::uint64_t i = 0; i < size; ++i) REQUIRE(leaves.leaf(i) == leaf_of(i));
  CHECK_FALSE(leaves.leaf(size));
  CHECK(leaves.leaf(310) == leaf_of(310));  // back again
  CHECK(LeafReader(*store).leaf(size - 1) == leaf_of(size - 1));
}

TEST_CASE("a leaf in a gap, or of a tree without any, is none", "[hash_tree]") {
  auto store = store_in_memory();
  CHECK_FALSE(LeafReader(*store).leaf(0));
  put_run(*store, 2, 3);
  put_run(*store, 7, 2);
  LeafReader leaves(*store);
  for (std::uint64_t i : {2, 3, 4, 7, 8}) CHECK(leaves.leaf(i) == leaf_of(i));
  for (std::uint64_t i : {0, 1, 5, 6, 9}) CHECK_FALSE(leaves.leaf(i));
}

}  // namespace jobledger::tests
