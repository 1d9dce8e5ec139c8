#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "ledger/codec.h"
#include "ledger/entry.h"
#include "ledger/hash_tree.h"
#include "ledger/store.h"

namespace jobledger::projections {

/// Reads entries for one answer. It keeps the bytes of the last few, since the jobs of a list often
/// share them, and reads of an entry no more than is asked for: one may have 100,000 events.
///
/// Each call throws StorageError if the entry cannot be read: it was there when it was written.
class LogReader {
 public:
  /// `known` is an entry that is at hand already, or null.
  explicit LogReader(const ledger::Store& store,
                     std::shared_ptr<const ledger::Entry> known = nullptr)
      : store_(store), decoded_(std::move(known)) {}

  /// All of the entry; good until the next call of `entry`.
  const ledger::Entry& entry(std::uint64_t index);
  /// The entry that was decoded last, to be kept over further calls.
  std::shared_ptr<const ledger::Entry> keep() const { return decoded_; }

  ledger::EntryHead head(std::uint64_t index);
  ledger::Event event(std::uint64_t index, std::size_t place);
  ledger::EntryExcerpt excerpt(std::uint64_t index, ledger::JobNumber job);
  ledger::EntryOutline outline(std::uint64_t index);

  /// The hash of the entry's leaf in the hash tree, from the stored bytes.
  ledger::Sha256 leaf_hash(std::uint64_t index);
  const ledger::Store& store() const { return store_; }
  /// How much was fetched from the store so far.
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Kept {
    std::uint64_t index;
    std::string bytes;
  };
  /// Good until the next call.
  const std::string& bytes(std::uint64_t index);
  void make_room(std::size_t bytes);

  const ledger::Store& store_;
  std::shared_ptr<const ledger::Entry> decoded_;
  std::vector<Kept> kept_;  ///< the one used last is at the end
  std::uint64_t bytes_read_ = 0;
};

/// A stored entry or payload is damaged or gone.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace jobledger::projections
