#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "projections/job_graph.h"

namespace jobledger::projections {

/// A job whose status at a version is another than at an earlier one.
struct StatusDiff {
  ledger::JobNumber job = ledger::kNoJob;
  ledger::JobId id;
  ledger::JobStatus before = ledger::JobStatus::none;  ///< none: it was not there yet
  ledger::JobStatus after = ledger::JobStatus::none;
  std::vector<std::uint64_t> entries;  ///< that changed its status in between, oldest first
};

/// Which of them are wanted.
struct DiffRange {
  std::uint64_t from = 0;       ///< a version
  std::uint64_t to = 0;         ///< a version at or above it
  ledger::JobNumber first = 0;  ///< the first job that is looked at
  std::size_t most = 0;
};

/// The first `range.most` of the team's jobs, or of every team's if it is nullopt, in the order of
/// creation. A job that went elsewhere and came back is none of them. Each job from `range.first`
/// on is looked at until there are as many; `locked` keeps the fold out for a few thousand jobs at
/// a time.
std::vector<StatusDiff> status_diff(const JobGraph& graph, std::optional<std::string_view> team,
                                    const DiffRange& range,
                                    const ledger::Projection::Locked& locked);

}  // namespace jobledger::projections
