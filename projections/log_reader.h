#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "ledger/codec.h"
#include "ledger/entry.h"
#include "ledger/hash_tree.h"
#include "ledger/store.h"

namespace jobledger::projections {

/// Reads entries for one answer and keeps the last: the jobs of a list often share one.
class LogReader {
 public:
  /// `known` is an entry that is at hand already, or null.
  explicit LogReader(const ledger::Store& store,
                     std::shared_ptr<const ledger::Entry> known = nullptr)
      : store_(store), last_(std::move(known)) {}

  /// Throws StorageError if the entry cannot be read: it was there when it was written.
  const ledger::Entry& entry(std::uint64_t index);
  /// The entry read last, to be kept over further reads.
  std::shared_ptr<const ledger::Entry> keep() const { return last_; }
  /// The hash of the entry's leaf in the hash tree, from the stored bytes.
  ledger::Sha256 leaf_hash(std::uint64_t index) const;
  const ledger::Store& store() const { return store_; }

 private:
  const ledger::Store& store_;
  std::shared_ptr<const ledger::Entry> last_;
};

/// A stored entry or payload is damaged or gone.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace jobledger::projections
