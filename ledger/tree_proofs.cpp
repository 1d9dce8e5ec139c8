#include "ledger/tree_proofs.h"

#include <algorithm>
#include <bit>

#include "ledger/assert.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"

namespace jobledger::ledger {
namespace {

/// A range of leaves whose MTH is one hash of a proof.
struct Range {
  std::uint64_t first;
  std::uint64_t count;
};

/// The largest power of two below `count`, which is at least 2.
std::uint64_t split_of(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

/// PATH, from the root down to the leaf.
std::vector<Range> path_to(std::uint64_t index, std::uint64_t size) {
  std::vector<Range> path;
  for (Range at{0, size}; at.count > 1;) {
    std::uint64_t split = split_of(at.count);
    Range left{at.first, split};
    Range right{at.first + split, at.count - split};
    bool goes_left = index < right.first;
    path.push_back(goes_left ? right : left);
    at = goes_left ? left : right;
  }
  return path;
}

/// PROOF, from the root down to the largest whole subtree at the end of the first `from` leaves.
std::vector<Range> path_between(std::uint64_t from, std::uint64_t to) {
  std::vector<Range> path;
  Range at{0, to};
  while (at.first + at.count > from) {
    std::uint64_t split = split_of(at.count);
    Range left{at.first, split};
    Range right{at.first + split, at.count - split};
    bool goes_left = from <= right.first;
    path.push_back(goes_left ? right : left);
    at = goes_left ? left : right;
  }
  if (at.first > 0) path.push_back(at);  // else the verifier has it: it is the root of `from`
  return path;
}

Result<Hashes> hashes_of(const TreeReader& tree, std::vector<Range> path) {
  std::reverse(path.begin(), path.end());
  Hashes hashes;
  for (const Range& range : path) {
    auto hash = tree.subtree(range.first, range.count);
    if (!hash) return hash.error();
    hashes.push_back(*hash);
  }
  return hashes;
}

/// The way up from two neighbouring paths: of a node and of the last one at its height.
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  bool joins_from_left() const { return (node & 1) != 0 || node == last; }
  void up() {
    node >>= 1;
    last >>= 1;
  }
  /// Over the heights at which the node has nothing on its right.
  void skip() {
    while (node != 0 && (node & 1) == 0) up();
  }
};

}  // namespace

Result<Hashes> inclusion_proof(const TreeReader& tree, std::uint64_t index, std::uint64_t size) {
  JL_ASSERT(index < size);
  return hashes_of(tree, path_to(index, size));
}

Result<Hashes> consistency_proof(const TreeReader& tree, std::uint64_t from, std::uint64_t to) {
  JL_ASSERT(from <= to);
  if (from == 0 || from == to) return Hashes{};
  return hashes_of(tree, path_between(from, to));
}

bool proves_inclusion(std::span<const Sha256> proof, const Sha256& leaf, std::uint64_t index,
                      std::uint64_t size, const Sha256& root) {
  if (index >= size) return false;
  Climb climb{index, size - 1};
  Sha256 hash = leaf;
  for (const Sha256& other : proof) {
    if (climb.last == 0) return false;
    if (climb.joins_from_left()) {
      hash = HashTree::hash_node(other, hash);
      climb.skip();
    } else {
      hash = HashTree::hash_node(hash, other);
    }
    climb.up();
  }
  return climb.last == 0 && hash == root;
}

bool proves_consistency(std::span<const Sha256> proof, std::uint64_t from, const Sha256& from_root,
                        std::uint64_t to, const Sha256& to_root) {
  if (from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  if (from == 0) return proof.empty() && from_root == sha256({});
  Hashes path(proof.begin(), proof.end());
  if (path.empty()) return false;
  if (std::has_single_bit(from)) path.insert(path.begin(), from_root);
  Climb climb{from - 1, to - 1};
  while ((climb.node & 1) != 0) climb.up();
  Sha256 before = path.front();
  Sha256 after = path.front();
  for (auto other = path.begin() + 1; other != path.end(); ++other) {
    if (climb.last == 0) return false;
    if (climb.joins_from_left()) {
      before = HashTree::hash_node(*other, before);
      after = HashTree::hash_node(*other, after);
      climb.skip();
    } else {
      after = HashTree::hash_node(after, *other);
    }
    climb.up();
  }
  return climb.last == 0 && before == from_root && after == to_root;
}

}  // namespace jobledger::ledger
