#include "projections/stored_entry.h"

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Result;

ledger::Failure damaged_entry(std::uint64_t index, std::string_view how) {
  return {"entry " + std::to_string(index) + " is damaged: " + std::string(how)};
}

Result<Entry> stored_entry(std::uint64_t index, std::string_view bytes,
                           ledger::LeafReader& leaves) {
  std::optional<ledger::Sha256> leaf = leaves.leaf(index);
  if (!leaf) return damaged_entry(index, "the hash tree has no leaf for it");
  if (*leaf != ledger::HashTree::hash_leaf(ledger::sha256({bytes}))) {
    return damaged_entry(index, "its bytes are not those that the hash tree has the hash of");
  }
  Result<Entry> entry = ledger::decode(bytes);
  if (!entry) return damaged_entry(index, entry.error().message);
  if (entry->index != index) return damaged_entry(index, "it says that it is another");
  return entry;
}

}  // namespace jobledger::projections
