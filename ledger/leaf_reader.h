#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/command.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// Reads the leaves of the stored hash tree, some thousand at a time: for a walk along the log.
class LeafReader {
 public:
  explicit LeafReader(const Store& store) : store_(store) {}

  /// nullopt if the tree has no such leaf.
  std::optional<Sha256> leaf(std::uint64_t index);

 private:
  void load(std::uint64_t index);

  const Store& store_;
  std::uint64_t first_ = 0;  ///< of those at hand
  std::string hashes_;
};

}  // namespace jobledger::ledger
