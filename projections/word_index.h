#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/projection.h"
#include "projections/entry_set.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

/// Which entries have a word in their reason. Reasons carry numbers and ids, so there are nearly as
/// many words as reasons, most of them of one entry.
class WordIndex {
 public:
  /// The words of the entry's reason; entries come in ascending order.
  void add(std::string_view reason, std::uint64_t entry);

  /// The entries with a word that begins with `prefix`, which is one of `words_of`; one of a
  /// single byte is looked for whole. A copy; `locked` keeps the fold out for some words at a
  /// time.
  EntrySet with_word(std::string_view prefix, const ledger::Projection::Locked& locked) const;

  /// See Projection: with the fold kept out, what is to be saved is as of now.
  ledger::Projection::Save save() const;
  bool load(const ledger::ChunkSource& source, std::uint64_t version);

 private:
  /// The entries of one word.
  struct Postings {
    std::uint64_t first;
    std::unique_ptr<EntrySet> all;  ///< null if there is but the first
  };

  void add_word(const std::string& word, std::uint64_t entry);

  std::map<std::string, Postings, std::less<>> words_;
  /// What was added, in order, as it is saved: of each word the entry, its length and its bytes.
  SegmentedVector<char, 65536> added_;
};

}  // namespace jobledger::projections
