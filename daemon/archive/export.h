#pragma once

#include <cstdint>
#include <iosfwd>

#include "daemon/archive/lines.h"
#include "ledger/store.h"
#include "projections/recovery.h"

namespace jobledger::daemon::archive {

struct Exported {
  Header header;
  std::uint64_t redacted = 0;  ///< payloads without their secrets
};

/// Writes the first `until` entries of the log to `out`; unless `full`, without the secrets of
/// their payloads. Holds one entry at a time. A Failure says what cannot be read or written.
ledger::Result<Exported> write_export(const ledger::Store& store, std::uint64_t until, bool full,
                                      std::ostream& out, const projections::RecoveryReport& report);

}  // namespace jobledger::daemon::archive
