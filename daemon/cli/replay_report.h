#pragma once

#include <iosfwd>
#include <string>

#include "ledger/ids.h"
#include "projections/replay.h"

namespace jobledger::daemon::cli {

/// Which ledger was replayed, and where to.
struct ReplayNames {
  ledger::Ulid from;
  std::string into_dir;
  ledger::Ulid into;
  std::uint64_t until = 0;
};

/// For programs: one JSON object. `newIndexes` has, for each entry of the replayed history in
/// order, its index in the new ledger, or null.
void print_json(const projections::Replay& replay, const ReplayNames& names, std::ostream& out);
/// For a person: what came out otherwise, as tables and sentences.
void print_text(const projections::Replay& replay, const ReplayNames& names, std::ostream& out);

}  // namespace jobledger::daemon::cli
