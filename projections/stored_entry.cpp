#include "projections/stored_entry.h"

#include "ledger/codec.h"
#include "ledger/rules.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Result;

ledger::Failure damaged_entry(std::uint64_t index, std::string_view how) {
  return {"entry " + std::to_string(index) + " is damaged: " + std::string(how)};
}

std::optional<ledger::Failure> later_entry(std::uint64_t index, std::string_view bytes) {
  std::optional<std::string> unknown = ledger::unknown_in(bytes);
  if (!unknown) return std::nullopt;
  return ledger::Failure{std::string(kLaterVersion) + " wrote entry " + std::to_string(index) +
                         ": it holds " + *unknown +
                         ", which this version does not know. It is not damaged; use that version"};
}

std::optional<ledger::Failure> later_entry(const ReadEntry& read) {
  bool known = read.decoded && read.entry.rules_version <= ledger::kRulesVersion;
  return known ? std::nullopt : later_entry(read.index, read.bytes);
}

Result<const Entry*> stored_entry(const ReadEntry& read, ledger::LeafReader& leaves) {
  std::optional<ledger::Sha256> leaf = leaves.leaf(read.index);
  if (!leaf) return damaged_entry(read.index, "the hash tree has no leaf for it");
  if (*leaf != read.leaf) {
    return damaged_entry(read.index, "its bytes are not those that the hash tree has the hash of");
  }
  if (std::optional<ledger::Failure> later = later_entry(read)) return *later;
  if (!read.decoded) return damaged_entry(read.index, read.decoded.error().message);
  if (read.entry.index != read.index) {
    return damaged_entry(read.index, "it says that it is another");
  }
  return &read.entry;
}

}  // namespace jobledger::projections
