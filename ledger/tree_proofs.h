#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/tree_reader.h"

namespace jobledger::ledger {

// Proofs about the hash tree, as RFC 9162 has them. Making one reads O(log n) tiles.

using Hashes = std::vector<Sha256>;

/// That leaf `index` is in the tree of the first `size` leaves; index < size (RFC 9162, 2.1.3.1).
Result<Hashes> inclusion_proof(const TreeReader& tree, std::uint64_t index, std::uint64_t size);

/// That the tree of `to` leaves is that of `from` leaves with more behind them; from <= to (RFC
/// 9162, 2.1.4.1). Empty where there is nothing to prove: from 0, and to the same tree.
Result<Hashes> consistency_proof(const TreeReader& tree, std::uint64_t from, std::uint64_t to);

/// RFC 9162, 2.1.3.2. False of anything malformed.
bool proves_inclusion(std::span<const Sha256> proof, const Sha256& leaf, std::uint64_t index,
                      std::uint64_t size, const Sha256& root);

/// RFC 9162, 2.1.4.2. False of anything malformed.
bool proves_consistency(std::span<const Sha256> proof, std::uint64_t from, const Sha256& from_root,
                        std::uint64_t to, const Sha256& to_root);

}  // namespace jobledger::ledger
