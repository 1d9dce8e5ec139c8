#include "ledger/tree_proofs.h"

#include <catch2/catch.hpp>
#include <random>

#include "ledger/hash_tree.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/naive_tree.h"
#include "tests/support/random_history.h"

namespace jobledger::tests {
namespace {

using ledger::Hashes;
using ledger::HashTree;
using ledger::Sha256;
using ledger::TreeReader;

std::unique_ptr<ledger::Store> grown(std::uint64_t size, std::uint64_t group) {
  auto store = store_in_memory();
  HashTree tree;
  while (tree.size() < size) {
    ledger::StoreBatch batch(*store);
    for (std::uint64_t i = 0; i < group && tree.size() < size; ++i) {
      tree.append(NaiveTree::leaf_data(tree.size()), batch);
    }
    tree.flush(batch);
    REQUIRE(store->write(batch));
  }
  return store;
}

void check_inclusion(const TreeReader& tree, NaiveTree& naive, std::uint64_t index,
                     std::uint64_t size) {
  INFO("index " << index << " of " << size);
  auto proof = ledger::inclusion_proof(tree, index, size);
  REQUIRE(proof);
  REQUIRE(*proof == naive.path(index, size));
  REQUIRE(ledger::proves_inclusion(*proof, naive.leaf(index), index, size, naive.root(size)));
}

void check_consistency(const TreeReader& tree, NaiveTree& naive, std::uint64_t from,
                       std::uint64_t to) {
  INFO("from " << from << " to " << to);
  auto proof = ledger::consistency_proof(tree, from, to);
  REQUIRE(proof);
  REQUIRE(*proof == naive.proof(from, to));
  REQUIRE(ledger::proves_consistency(*proof, from, naive.root(from), to, naive.root(to)));
}

/// The hash with one bit flipped.
Sha256 bent(Sha256 hash, std::size_t bit) {
  hash[bit / 8 % hash.size()] ^= static_cast<std::uint8_t>(1U << bit % 8);
  return hash;
}

}  // namespace

TEST_CASE("proofs of every pair up to 300 are those of RFC 9162, and prove it",
          "[proofs][no-tsan]") {
  auto store = grown(300, 7);
  TreeReader tree(*store);
  NaiveTree naive(300);
  for (std::uint64_t size = 1; size <= 300; ++size) {
    REQUIRE(tree.root(size).value() == naive.root(size));
    for (std::uint64_t index = 0; index < size; ++index) check_inclusion(tree, naive, index, size);
    for (std::uint64_t from = 1; from <= size; ++from) check_consistency(tree, naive, from, size);
  }
}

TEST_CASE("proofs in a tree of a million leaves", "[proofs][random][no-tsan]") {
  constexpr std::uint64_t kLeaves = 1'000'000;
  auto store = grown(kLeaves, 997);
  TreeReader tree(*store);
  NaiveTree naive(kLeaves);
  std::uint64_t seed = seed_or(4);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    std::uint64_t size = 1 + random() % kLeaves;
    check_inclusion(tree, naive, random() % size, size);
    check_consistency(tree, naive, 1 + random() % size, size);
  }
  for (std::uint64_t size : {65'535, 65'536, 65'537, 131'072}) {
    check_inclusion(tree, naive, size - 1, size);
    check_consistency(tree, naive, 256, size);
  }
}

TEST_CASE("tiles are those of tlog-tiles, whole and partial, at any size", "[proofs]") {
  auto store = grown(70'000, 333);
  TreeReader tree(*store);
  NaiveTree naive(70'000);
  std::string leaves;
  for (std::size_t i = 0; i < 112; ++i) leaves += text(naive.leaf(273 * 256 + i));
  CHECK(tree.tile(0, 273, 112).value() == leaves);
  CHECK(tree.tile(0, 273, 5).value() == leaves.substr(0, 5 * 32));
  CHECK(tree.tile(1, 0, 256).value().size() == 8192);
  CHECK(tree.tile(1, 0, 3).value() == tree.tile(1, 0, 256).value().substr(0, 96));
  CHECK(tree.tile(1, 1, 17).value().size() == 17 * 32);
  CHECK(tree.tile(2, 0, 1).value() == text(naive.root(65'536)));
  CHECK_FALSE(tree.tile(0, 273, 113));
  CHECK_FALSE(tree.tile(1, 1, 18));
  CHECK_FALSE(tree.tile(2, 0, 2));
}

TEST_CASE("a proof that is not whole, or of something else, proves nothing", "[proofs]") {
  auto store = grown(300, 30);
  TreeReader tree(*store);
  NaiveTree naive(300);
  std::uint64_t seed = seed_or(5);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 3000; ++i) {
    std::uint64_t size = 2 + random() % 299;
    std::uint64_t index = random() % size;
    Sha256 root = naive.root(size);
    Hashes proof = ledger::inclusion_proof(tree, index, size).value();
    Hashes shorter(proof.begin(), proof.end() - 1);
    Hashes longer = proof;
    longer.push_back(root);
    Hashes other = proof;
    other[random() % other.size()] = bent(root, random() % 256);
    for (const Hashes& wrong : {shorter, longer, other, Hashes{}}) {
      CHECK_FALSE(ledger::proves_inclusion(wrong, naive.leaf(index), index, size, root));
    }
    CHECK_FALSE(ledger::proves_inclusion(proof, bent(naive.leaf(index), random() % 256), index,
                                         size, root));
    CHECK_FALSE(ledger::proves_inclusion(proof, naive.leaf(index), size, size, root));
    CHECK_FALSE(ledger::proves_inclusion(proof, naive.leaf(index), (index + 1) % size, size, root));

    std::uint64_t from = 1 + random() % (size - 1);
    Sha256 before = naive.root(from);
    proof = ledger::consistency_proof(tree, from, size).value();
    shorter.assign(proof.begin(), proof.end() - 1);
    longer = proof;
    longer.push_back(root);
    other = proof;
    other[random() % other.size()] = bent(root, random() % 256);
    for (const Hashes& wrong : {shorter, longer, other, Hashes{}}) {
      CHECK_FALSE(ledger::proves_consistency(wrong, from, before, size, root));
    }
    CHECK_FALSE(ledger::proves_consistency(proof, from, bent(before, 3), size, root));
    CHECK_FALSE(ledger::proves_consistency(proof, from, before, size, bent(root, 200)));
    CHECK_FALSE(ledger::proves_consistency(proof, size, root, from, before));
  }
}

TEST_CASE("every tree goes on from the empty one, and from itself", "[proofs]") {
  NaiveTree naive(3);
  CHECK(ledger::proves_consistency({}, 0, naive.root(0), 3, naive.root(3)));
  CHECK_FALSE(ledger::proves_consistency({}, 0, naive.root(1), 3, naive.root(3)));
  CHECK(ledger::proves_consistency({}, 3, naive.root(3), 3, naive.root(3)));
  CHECK_FALSE(ledger::proves_consistency({}, 3, naive.root(2), 3, naive.root(3)));
}

}  // namespace jobledger::tests
