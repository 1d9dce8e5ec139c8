#pragma once

#include <string>

#include "daemon/json/writer.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// Every event of the job up to the version, and every command about it that was refused, oldest
/// first: an array of items.
void history(json::Writer& out, const projections::State& state, projections::LogReader& log,
             ledger::JobNumber job, std::uint64_t version);

/// The same as lines for people: `TIME #INDEX what, by whom, why`.
std::string history_as_text(const projections::State& state, projections::LogReader& log,
                            ledger::JobNumber job, std::uint64_t version);

}  // namespace jobledger::daemon::render
