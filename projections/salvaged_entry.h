#pragma once

#include <vector>

#include "ledger/entry.h"
#include "ledger/salvage.h"
#include "projections/payloads.h"

namespace jobledger::projections {

/// The payloads of an entry, each the one that it names. A Failure says which is not. One that was
/// redacted, whose hash tells nothing, must stand before any damage.
ledger::Result<std::vector<StoredPayload>> salvaged_payloads(ledger::Salvage& salvage,
                                                             const ledger::Entry& entry);

}  // namespace jobledger::projections
