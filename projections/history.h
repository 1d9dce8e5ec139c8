#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::projections {

/// Entries [from, version), of which the first `limit` are wanted.
struct EntryRange {
  std::uint64_t from = 0;
  std::uint64_t version = 0;
  std::size_t limit = ~std::size_t{0};
};

/// The entries about a job, oldest first: what changed its status, its progress (followed back
/// through the log), and what was refused or left it alone. It may give more than the limit, but
/// what is beyond that may have gaps.
std::vector<std::uint64_t> entries_of_job(const State& state, LogReader& log, ledger::JobNumber job,
                                          const EntryRange& range);

/// The entries about a batch: its creation, cancels of it, and every change of a job created by it,
/// top-level or below; oldest first.
std::vector<std::uint64_t> entries_of_batch(const State& state, std::uint32_t batch,
                                            std::uint64_t version);

}  // namespace jobledger::projections
