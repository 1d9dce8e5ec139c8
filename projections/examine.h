#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ledger/salvage.h"
#include "projections/recovery.h"
#include "projections/signed_roots.h"
#include "projections/verify.h"

namespace jobledger::projections {

/// What would be lost by a cut to what is whole.
struct Loss {
  std::uint64_t entries = 0;   ///< that there were, as far as anything tells
  std::uint64_t readable = 0;  ///< of them
  std::uint64_t jobs = 0;      ///< that the readable ones are about
  ledger::TimeMs from = 0;     ///< times of the readable ones
  ledger::TimeMs to = 0;
};

/// What is left of a ledger.
struct Examination {
  std::vector<std::string> findings;  ///< what is damaged; empty: nothing is
  bool findings_cut_off = false;      ///< there are more
  /// Set if the program must not touch this ledger: a later version of it wrote an entry.
  std::string later;
  /// Why nothing can be made of what is left; empty if something can.
  std::string hopeless;
  std::uint64_t whole = 0;  ///< the version up to which everything is provably there as it was
  ledger::Sha256 root{};    ///< the root hash at that version
  ledger::TimeMs time = 0;  ///< of the last of those entries
  std::string proof;        ///< what proves it, in words
  std::uint64_t end = 0;    ///< how many entries there were, as far as anything tells
  /// Nothing says that there were more, and nothing that could is damaged.
  bool end_is_known = false;
  Loss loss;

  /// Every entry that there was is whole: what is damaged can be made again.
  bool lost_nothing() const { return whole == end && end_is_known; }
};

/// Reads everything that there is, going on after what is damaged, and judges each entry by the
/// stored hash tree, by what the ledger signed and by those before it. Of findings that are many of
/// a sort one tells of all. `report.progress` counts entries.
Examination examine(ledger::Salvage& salvage, const SignedRoots& roots,
                    const RecoveryReport& report);

/// Fills an empty store with the entries before `until`, byte for byte, with their payloads and
/// what the ledger keeps about itself, as the same ledger. With its snapshot at the end. They were
/// examined; a Failure says why the store must not be used.
ledger::Status copy_whole(ledger::Salvage& salvage, std::uint64_t until, ledger::Store& into,
                          const RecoveryReport& report);

}  // namespace jobledger::projections
