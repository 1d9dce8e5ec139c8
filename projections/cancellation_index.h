#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "ledger/entry.h"
#include "ledger/projection.h"
#include "projections/entry_set.h"
#include "projections/word_index.h"

namespace jobledger::projections {

/// Which entries are cancellations: cancel commands and undos, refused ones too, and whatever else
/// cancelled a job or asked its worker to stop (a child's error, a lease that ended, a stop carried
/// out). By outcome, and by the words of their reasons.
class CancellationIndex {
 public:
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last);
  /// All but the words, which are saved apart: there are many.
  void save(Packer& out) const;
  bool load(Unpacker& in, std::uint64_t version);
  bool load_words(const ledger::ChunkSource& source, std::uint64_t version) {
    return words_.load(source, version);
  }

  const EntrySet& all() const { return all_; }
  const EntrySet& accepted() const { return accepted_; }
  /// Those undone by now; as of an earlier version some of them are not (see `undone_by`).
  const EntrySet& undone() const { return undone_; }
  /// The accepted undo of the entry, or of the one whose stop it carried out, as of the version.
  std::optional<std::uint64_t> undone_by(std::uint64_t entry, std::uint64_t version) const;

  /// A refused undo of the entry, by its own team: whatever job the entry changed, it was about
  /// that.
  void note_refused_undo(std::uint64_t undone, std::uint64_t by);
  /// Appends the refused undos of the entry, as of the version.
  void add_refused_undos(std::uint64_t undone, std::uint64_t version,
                         std::vector<std::uint64_t>& to) const;

  /// Of their reasons.
  const WordIndex& words() const { return words_; }

 private:
  void add(const ledger::Entry& entry);
  void note_undo(std::uint64_t undone, std::uint64_t by);

  EntrySet all_;
  EntrySet accepted_;
  EntrySet undone_;
  WordIndex words_;
  std::map<std::uint64_t, std::uint64_t> undone_by_;
  /// Entries that carried out the stops of one: an undo of that takes them back, too.
  std::multimap<std::uint64_t, std::uint64_t> carried_out_;
  std::multimap<std::uint64_t, std::uint64_t> refused_undos_;  ///< by the entry they were of
};

}  // namespace jobledger::projections
