#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/command.h"
#include "ledger/result.h"

namespace jobledger::ledger {

class Store;
class StoreBatch;

/// The Merkle tree of RFC 6962 over the entries. The data of leaf i is the 32 bytes SHA-256 of the
/// stored bytes of entry i: a commitment, so that tiles are small and leak nothing.
///
/// Kept in tiles of 256 hashes as C2SP tlog-tiles has them: level 0 holds leaf hashes, level l + 1
/// the roots of the full tiles of level l. In memory is only the partial tile of each level.
class HashTree {
 public:
  HashTree() = default;
  /// The tree over the first `size` entries, from the rows of the store.
  static Result<HashTree> load(const Store& store, std::uint64_t size);
  /// How many leaves the store has; as many as entries, if nothing is amiss.
  static std::uint64_t stored_leaves(const Store& store);

  /// Adds the next leaf; rows of tiles that it fills go into the batch.
  void append(const Sha256& leaf_data, StoreBatch& batch);
  /// To be called at the end of a group: puts the leaves since the last call into the batch.
  void flush(StoreBatch& batch);

  /// Takes a row that a leaf completes: a full tile, or its root at the level above.
  using PutRow = std::function<void(std::string_view key, std::string_view row)>;
  /// Adds the next leaf by its hash. The runs of leaves are not among the rows: they depend on
  /// how the writer grouped its entries.
  void grow(const Sha256& leaf, const PutRow& put);

  std::uint64_t size() const { return size_; }
  Sha256 root() const;

  static Sha256 hash_leaf(const Sha256& leaf_data);
  static Sha256 hash_node(const Sha256& left, const Sha256& right);

 private:
  void push(std::size_t level, const Sha256& hash, const PutRow& put);

  std::uint64_t size_ = 0;
  std::vector<std::vector<Sha256>> partial_;  ///< by level
  std::string unflushed_;                     ///< leaf hashes
};

}  // namespace jobledger::ledger
