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
/// through the log), what was refused or left it alone, and refused undos of what changed it. It
/// may give more than the limit, but what is beyond that may have gaps.
std::vector<std::uint64_t> entries_of_job(const State& state, LogReader& log, ledger::JobNumber job,
                                          const EntryRange& range);

/// The same but for its progress, all of it out of memory.
std::vector<std::uint64_t> steps_of_job(const State& state, ledger::JobNumber job,
                                        std::uint64_t version);

/// The entries about a batch: its creation, cancels of it, and every change of a job created by it,
/// top-level or below, and refused undos of all these; oldest first.
std::vector<std::uint64_t> entries_of_batch(const State& state, std::uint32_t batch,
                                            std::uint64_t version);

/// Tells of one entry whether entries_of_batch gives it, which looks at every job of the batch: for
/// a few new entries of a large one.
class BatchLookup {
 public:
  /// The batch is there, as of the entries asked about.
  BatchLookup(const State& state, std::uint32_t batch);

  /// Whether it is cheaper to ask about each entry of the range.
  bool prefers_entries(const EntryRange& range) const;
  /// Of an entry of the batch's team.
  bool is_about(std::uint64_t index, LogReader& log) const;

 private:
  bool concerns(const ledger::Entry& entry) const;

  ledger::JobNumber first_ = 0;  ///< of the jobs created with it, which are neighbours
  ledger::JobNumber last_ = 0;
  std::vector<std::uint64_t> mentions_;  ///< its creation and the cancels of it
};

}  // namespace jobledger::projections
