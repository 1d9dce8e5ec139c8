#pragma once

#include <cstdint>
#include <iosfwd>

#include "daemon/archive/lines.h"
#include "ledger/store.h"
#include "projections/recovery.h"

namespace jobledger::daemon::archive {

struct Imported {
  Header header;
  std::uint64_t redacted = 0;  ///< payloads without their secrets
};

/// Fills an empty store with an export, with a snapshot at its end: the same entries, byte for
/// byte. Everything is judged as it comes: that each line is whole, that the entries are dense and
/// fit on those before them, each payload by the hash that its entry has of it, and at the end all
/// of it by the root hash of the header. A Failure names the line; then the store must not be used.
/// Holds a line at a time.
ledger::Result<Imported> read_export(std::istream& in, ledger::Store& into,
                                     const projections::RecoveryReport& report);

}  // namespace jobledger::daemon::archive
