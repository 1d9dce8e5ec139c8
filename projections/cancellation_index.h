#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/entry.h"
#include "ledger/projection.h"
#include "projections/entry_set.h"

namespace jobledger::projections {

/// Which entries are cancellations: cancel commands and undos, refused ones too, and whatever else
/// cancelled a job or asked its worker to stop (a child's error, a lease that ended, a stop carried
/// out). By outcome, and by the words of their reasons.
class CancellationIndex {
 public:
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last);
  void save(Packer& out) const;
  bool load(Unpacker& in);

  const EntrySet& all() const { return all_; }
  const EntrySet& accepted() const { return accepted_; }
  /// Those undone by now; as of an earlier version some of them are not (see `undone_by`).
  const EntrySet& undone() const { return undone_; }
  /// The accepted undo of the entry, or of the one whose stop it carried out, as of the version.
  std::optional<std::uint64_t> undone_by(std::uint64_t entry, std::uint64_t version) const;

  /// Those with a word in their reason that begins with `prefix`, which is one of `words_of`; a
  /// copy. `locked` keeps the fold out for some words at a time.
  EntrySet with_word(std::string_view prefix, const ledger::Projection::Locked& locked) const;

 private:
  void add(const ledger::Entry& entry);
  void note_undo(std::uint64_t undone, std::uint64_t by);

  EntrySet all_;
  EntrySet accepted_;
  EntrySet undone_;
  std::map<std::string, EntrySet, std::less<>> words_;
  std::map<std::uint64_t, std::uint64_t> undone_by_;
  /// Entries that carried out the stops of one: an undo of that takes them back, too.
  std::multimap<std::uint64_t, std::uint64_t> carried_out_;
};

}  // namespace jobledger::projections
