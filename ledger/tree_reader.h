#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/command.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// Reads the stored hash tree (hash_tree.h) as of any size that is stored: what is proven of an
/// old version is proven for ever. A Failure says what of the tree is missing.
class TreeReader {
 public:
  explicit TreeReader(const Store& store) : store_(store) {}

  /// The first `width` hashes, 1 to 256, of a tile as C2SP tlog-tiles has them.
  Result<std::string> tile(std::size_t level, std::uint64_t number, std::size_t width) const;

  /// MTH of RFC 6962, 2.1, of the leaves [first, first + count), where `first` is a multiple of the
  /// smallest power of two that is not below `count`. Of none it is the hash of nothing.
  Result<Sha256> subtree(std::uint64_t first, std::uint64_t count) const;
  Result<Sha256> root(std::uint64_t size) const { return subtree(0, size); }

 private:
  /// Of one tile.
  Result<std::string> hashes(std::size_t level, std::uint64_t first, std::size_t count) const;
  Result<Sha256> perfect_subtree(std::uint64_t first, unsigned height) const;

  const Store& store_;
};

/// The hashes of a tile, one after the other.
std::vector<Sha256> hashes_in(std::string_view tile);

/// The root of a perfect tree over the hashes; their count is a power of two.
Sha256 perfect_root(std::vector<Sha256> hashes);

}  // namespace jobledger::ledger
