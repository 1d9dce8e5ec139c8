#include "ledger/hash_tree.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "ledger/hash.h"
#include "ledger/keys.h"
#include "ledger/store.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/naive_tree.h"

namespace jobledger::tests {
namespace {

using ledger::HashTree;
using ledger::Sha256;

Sha256 leaf_data(std::uint64_t index) {
  return NaiveTree::leaf_data(index);
}

std::uint64_t seed() {
  const char* given = std::getenv("TEST_SEED");
  std::uint64_t seed = given ? std::stoull(given) : std::random_device{}();
  std::cout << "seed of the hash tree: TEST_SEED=" << seed << '\n';
  return seed;
}

/// Appends leaves up to `size` in groups of random sizes; each group starts from what was stored.
void grow(ledger::Store& store, std::uint64_t size, std::uint64_t largest_group,
          std::mt19937_64& random) {
  auto loaded = HashTree::load(store, 0);
  REQUIRE(loaded);
  HashTree tree = *loaded;
  while (tree.size() < size) {
    std::uint64_t group = std::min(1 + random() % largest_group, size - tree.size());
    ledger::StoreBatch batch(store);
    for (std::uint64_t i = 0; i < group; ++i) tree.append(leaf_data(tree.size()), batch);
    tree.flush(batch);
    REQUIRE(store.write(batch));
    if (random() % 4 != 0) continue;  // a restart
    loaded = HashTree::load(store, tree.size());
    REQUIRE(loaded);
    tree = *loaded;
  }
}

/// Loads the tree at `size` and goes on from there, without writing.
void check_continuation(ledger::Store& store, NaiveTree& naive, std::uint64_t size,
                        std::uint64_t more) {
  auto tree = HashTree::load(store, size);
  INFO("size " << size);
  REQUIRE(tree);
  REQUIRE(tree->size() == size);
  REQUIRE(tree->root() == naive.root(size));
  ledger::StoreBatch batch(store);
  for (std::uint64_t i = 0; i < more; ++i) tree->append(leaf_data(size + i), batch);
  REQUIRE(tree->root() == naive.root(size + more));
}

}  // namespace

TEST_CASE("the root of no entries is the hash of nothing", "[hash_tree]") {
  CHECK(ledger::to_hex(ledger::bytes_of(HashTree().root())) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("roots are those of RFC 6962", "[hash_tree]") {
  auto store = store_in_memory();
  NaiveTree naive(600);
  HashTree tree;
  ledger::StoreBatch batch(*store);
  for (std::uint64_t size = 0; size <= 600; ++size) {
    INFO("size " << size);
    REQUIRE(tree.size() == size);
    REQUIRE(tree.root() == naive.root(size));
    if (size < 600) tree.append(leaf_data(size), batch);
  }
}

TEST_CASE("a tree is loaded at any size and goes on right", "[hash_tree]") {
  std::mt19937_64 random(seed());
  for (std::uint64_t largest_group : {1, 7, 100, 700}) {
    auto store = store_in_memory();
    NaiveTree naive(900);
    grow(*store, 600, largest_group, random);
    for (std::uint64_t size = 0; size <= 600; ++size) {
      check_continuation(*store, naive, size, random() % 300);
    }
  }
}

TEST_CASE("a tree goes on right where a tile of tiles fills", "[hash_tree]") {
  std::mt19937_64 random(seed());
  auto store = store_in_memory();
  NaiveTree naive(66'000);
  grow(*store, 65'538, 1000, random);
  for (std::uint64_t size : {65'279, 65'280, 65'281, 65'534, 65'535, 65'536, 65'537, 65'538}) {
    check_continuation(*store, naive, size, 1 + random() % 400);
  }
  CHECK(store->tree_row(ledger::keys::tree_tile(1, 0)).value().size() == 256 * 32);
  CHECK_FALSE(store->tree_row(ledger::keys::tree_tile(1, 1)));
}

TEST_CASE("full tiles hold the hashes of their leaves in order", "[hash_tree]") {
  auto store = store_in_memory();
  std::mt19937_64 random(1);
  grow(*store, 600, 50, random);
  for (std::uint64_t tile : {0, 1}) {
    std::string wanted;
    for (std::uint64_t i = 0; i < 256; ++i) {
      wanted += text(digest(std::string(1, '\0') + text(leaf_data(tile * 256 + i))));
    }
    CHECK(store->tree_row(ledger::keys::tree_tile(0, tile)) == wanted);
  }
  CHECK_FALSE(store->tree_row(ledger::keys::tree_tile(0, 2)));
}

TEST_CASE("the rows of a grown tree are those that were stored", "[hash_tree]") {
  auto store = store_in_memory();
  std::mt19937_64 random(seed());
  grow(*store, 66'000, 500, random);
  HashTree tree;
  std::size_t rows = 0;
  for (std::uint64_t i = 0; i < 66'000; ++i) {
    tree.grow(HashTree::hash_leaf(leaf_data(i)), [&](std::string_view key, std::string_view row) {
      ++rows;
      REQUIRE(store->tree_row(key) == std::string(row));
    });
  }
  CHECK(tree.root() == HashTree::load(*store, 66'000)->root());
  CHECK(rows == 2 * (66'000 / 256 + 1));
}

TEST_CASE("the store knows how many leaves it has", "[hash_tree]") {
  std::mt19937_64 random(seed());
  for (std::uint64_t size : {0, 1, 255, 256, 600}) {
    auto store = store_in_memory();
    grow(*store, size, 70, random);
    CHECK(HashTree::stored_leaves(*store) == size);
  }
}

TEST_CASE("a tree that was not stored so far does not load", "[hash_tree]") {
  auto store = store_in_memory();
  std::mt19937_64 random(1);
  grow(*store, 300, 50, random);
  auto tree = HashTree::load(*store, 301);
  REQUIRE_FALSE(tree);
  CHECK(tree.error().message == "the hash tree has no hash 300 at level 0");
}

TEST_CASE("the writer's leaves are the hashes of the stored entries", "[hash_tree][writer]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a; cancel a; cancel p; batch B x - y");
  HashTree expected;
  ledger::StoreBatch scratch(ledger.store());
  for (std::uint64_t i = 0; i < 5; ++i) {
    expected.append(digest(ledger.store().entry(i).value()), scratch);
  }
  CHECK(HashTree::load(ledger.store(), 5).value().root() == expected.root());
}

// The leaves and roots that Certificate Transparency's own programs are tested with.
TEST_CASE("the tree has the roots that are published for RFC 6962", "[tree]") {
  const std::string leaves[] = {"",
                                std::string("\x00", 1),
                                "\x10",
                                "\x20\x21",
                                "\x30\x31",
                                "\x40\x41\x42\x43",
                                "\x50\x51\x52\x53\x54\x55\x56\x57",
                                "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const char* const roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  ledger::HashTree tree;
  CHECK(ledger::to_hex(ledger::bytes_of(tree.root())) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < std::size(leaves); ++i) {
    tree.grow(ledger::sha256({std::string_view("\0", 1), leaves[i]}), [](auto, auto) {});
    CHECK(ledger::to_hex(ledger::bytes_of(tree.root())) == roots[i]);
  }
}

}  // namespace jobledger::tests
