#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "projections/state.h"

namespace jobledger::projections {

/// A job whose lease ended again and again.
struct RetriedJob {
  ledger::JobNumber job = ledger::kNoJob;
  ledger::JobId id;
  ledger::JobStatus status = ledger::JobStatus::none;
  std::uint32_t lease_ends = 0;      ///< since its creation
  std::uint64_t last_lease_end = 0;  ///< the entry
};

/// The first `most` jobs of the team, or of every team if it is nullopt, from the number `first`
/// on, whose lease ended at least `lease_ends` times as of the version, whatever became of them; in
/// the order of creation. Every change of each job on the way is looked at.
std::vector<RetriedJob> retried_jobs(const State& state, std::optional<std::string_view> team,
                                     std::uint32_t lease_ends, ledger::JobNumber first,
                                     std::size_t most, std::uint64_t version);

}  // namespace jobledger::projections
