#pragma once

#include <cstdint>
#include <string>

#include "ledger/salvage.h"
#include "projections/examine.h"

namespace jobledger::daemon::repair {

/// What a cut takes out of a ledger, written to a folder of its own before anything is changed:
///
///   rows.ndjson   each entry from the cut on, a line: its bytes in base64, or why it cannot be
///   read;
///                 after it a line for each of its payloads
///   list.json     what is in the folder, of which ledger, and why
///   db            the database as it was, files that cannot be read included; it comes with the
///   swap anchor        as it was; likewise
struct Aside {
  std::uint64_t entries = 0;  ///< put aside, readable or not
  std::uint64_t bytes = 0;    ///< of all files that are put aside
};

/// Writes the first two; all of it is durable then. The folder is there.
ledger::Result<Aside> put_aside(ledger::Salvage& salvage, const projections::Examination& found,
                                std::uint64_t cut_at, const std::string& folder);

/// What is damaged, in a line that an entry can carry.
std::string damage_in_words(const projections::Examination& found);

}  // namespace jobledger::daemon::repair
