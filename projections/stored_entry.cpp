#include "projections/stored_entry.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Result;

ledger::Failure damaged_entry(std::uint64_t index, std::string_view how) {
  return {"entry " + std::to_string(index) + " is damaged: " + std::string(how)};
}

Result<const Entry*> stored_entry(const ReadEntry& read, ledger::LeafReader& leaves) {
  std::optional<ledger::Sha256> leaf = leaves.leaf(read.index);
  if (!leaf) return damaged_entry(read.index, "the hash tree has no leaf for it");
  if (*leaf != read.leaf) {
    return damaged_entry(read.index, "its bytes are not those that the hash tree has the hash of");
  }
  if (!read.decoded) return damaged_entry(read.index, read.decoded.error().message);
  if (read.entry.index != read.index) {
    return damaged_entry(read.index, "it says that it is another");
  }
  return &read.entry;
}

}  // namespace jobledger::projections
