#pragma once

#include <cstdint>
#include <vector>

#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::projections {

/// The entries about a job up to the version, oldest first: what changed its status, its progress
/// (followed back through the log), and what was refused or left it alone.
std::vector<std::uint64_t> entries_of_job(const State& state, LogReader& log, ledger::JobNumber job,
                                          std::uint64_t version);

/// The entries about a batch: its creation, cancels of it, and every change of a job created by it,
/// top-level or below; oldest first.
std::vector<std::uint64_t> entries_of_batch(const State& state, std::uint32_t batch,
                                            std::uint64_t version);

}  // namespace jobledger::projections
