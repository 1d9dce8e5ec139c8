#include "projections/log_reader.h"

#include "ledger/hash.h"

namespace jobledger::projections {

namespace {

std::string stored_bytes(const ledger::Store& store, std::uint64_t index) {
  ledger::Result<std::string> bytes = store.entry(index);
  if (!bytes) throw StorageError(bytes.error().message);
  return std::move(*bytes);
}

}  // namespace

ledger::Sha256 LogReader::leaf_hash(std::uint64_t index) const {
  return ledger::HashTree::hash_leaf(ledger::sha256({stored_bytes(store_, index)}));
}

const ledger::Entry& LogReader::entry(std::uint64_t index) {
  if (last_ && last_->index == index) return *last_;
  ledger::Result<ledger::Entry> entry = ledger::decode(stored_bytes(store_, index));
  if (!entry) {
    throw StorageError("entry " + std::to_string(index) + " is damaged: " + entry.error().message);
  }
  last_ = std::make_shared<const ledger::Entry>(std::move(*entry));
  return *last_;
}

}  // namespace jobledger::projections
