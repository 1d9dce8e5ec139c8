#pragma once

#include <cstdint>
#include <string>

#include "projections/history.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// `{"items": […], "next": index|null}`: every event of the job in the range, and every command
/// about it that was refused, oldest first. At most `range.limit` entries, and fewer if they are
/// large (see page_end.h); `next` is the entry to go on from.
std::string history(const projections::State& state, projections::LogReader& log,
                    ledger::JobNumber job, const projections::EntryRange& range);

/// The same up to the version as lines for people: `TIME #INDEX what, by whom, why`. If it is too
/// large for one answer its last line says so, and where the rest is.
std::string history_as_text(const projections::State& state, projections::LogReader& log,
                            ledger::JobNumber job, std::uint64_t version);

}  // namespace jobledger::daemon::render
