#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "projections/job_graph.h"

namespace jobledger::projections {

/// Calls `visit(job)` with each job of the team, or of every team if it is nullopt, that existed at
/// the version, from the number `first` on in the order of creation, until it gives false. `locked`
/// keeps the fold out for a few thousand jobs at a time.
template <typename Visit>
void each_job(const JobGraph& graph, std::optional<std::string_view> team, ledger::JobNumber first,
              std::uint64_t version, const ledger::Projection::Locked& locked, Visit visit) {
  constexpr ledger::JobNumber kSlice = 4096;
  std::optional<std::uint32_t> of_team;
  ledger::JobNumber count = 0;
  locked([&] {
    if (team) of_team = graph.labels().find_team(*team);
    count = graph.job_count(version);
  });
  if (team && !of_team) return;
  for (bool wanted = true; wanted && first < count;) {
    locked([&] {
      for (ledger::JobNumber end = first + std::min(count - first, kSlice); wanted && first < end;
           ++first) {
        if (!of_team || graph.team_of(first) == *of_team) wanted = visit(first);
      }
    });
  }
}

}  // namespace jobledger::projections
