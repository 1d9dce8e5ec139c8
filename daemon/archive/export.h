#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <set>
#include <string>

#include "daemon/archive/lines.h"
#include "ledger/store.h"
#include "projections/recovery.h"

namespace jobledger::daemon::archive {

struct Exported {
  Header header;
  std::uint64_t redacted = 0;  ///< payloads without their secrets
};

/// What of the payloads goes into an export.
struct Payloads {
  bool full = false;                                  ///< all of it, secrets included
  std::set<std::string, std::less<>> secret_members;  ///< see Redaction
};

/// Writes the first `until` entries of the log to `out`. Holds one entry at a time. A Failure says
/// what cannot be read or written.
ledger::Result<Exported> write_export(const ledger::Store& store, std::uint64_t until,
                                      const Payloads& payloads, std::ostream& out,
                                      const projections::RecoveryReport& report);

}  // namespace jobledger::daemon::archive
