#pragma once

#include "ledger/entry.h"
#include "ledger/result.h"
#include "ledger/store.h"
#include "ledger/writer.h"

namespace jobledger::ledger {

/// The command that the entry records, as it came to the writer, with its envelope and, of an
/// accepted submission, its bodies from the payloads of the store. With ReplayingIds, the entry's
/// time and its rules, the writer makes the same entry of it on the state before it.
///
/// Of an UndoCancel only the index is there: what it is to take back is for the caller to look up
/// (projections/undoable.h). Where the command was refused for want of a scope, what no entry keeps
/// of it is empty, since it will be refused again. A Failure says what is wrong with an entry that
/// no writer makes.
Result<Submission> resubmission_of(const Entry& entry, const Store& store);

/// The same of the command alone, without the bodies of a submission: for a decision on a cascade.
Result<Command> command_of(const Entry& entry);

}  // namespace jobledger::ledger
