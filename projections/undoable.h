#pragma once

#include <string_view>

#include "ledger/command.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::projections {

/// The command that takes back what the entry did, as of a version: its own events, and those of
/// later entries that carried out the stops it asked for. Of an entry of another team, or above the
/// version, it is not `known`.
ledger::UndoCancel undo_of(const State& state, LogReader& log, std::string_view team,
                           std::uint64_t index, std::uint64_t version);

}  // namespace jobledger::projections
