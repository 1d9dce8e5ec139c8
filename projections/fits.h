#pragma once

#include "ledger/entry.h"
#include "ledger/result.h"
#include "projections/state.h"

namespace jobledger::projections {

/// Whether a stored entry can be folded on this state. A fold trusts its entry, as it may where the
/// writer has just decided it; what comes from a disk is judged here first, so that damage is a
/// Failure that names the event and not a crash, then or when the entry is read again. It does not
/// decide again: what the rules would have said is another question. For the thread that folds.
ledger::Status fits(const State& state, const ledger::Entry& entry);

}  // namespace jobledger::projections
