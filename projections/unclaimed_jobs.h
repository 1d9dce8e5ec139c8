#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/state.h"

namespace jobledger::projections {

/// A queued job that nothing claims.
struct UnclaimedJob {
  ledger::JobNumber job = ledger::kNoJob;
  ledger::JobId id;
  std::vector<std::string> tags;
  std::int32_t priority = 0;
  std::uint64_t queued_entry = 0;  ///< that queued it
  /// The last claim of its team that could have taken it, or that named a job with one of its tags.
  std::optional<std::uint64_t> last_claim;
};

struct UnclaimedFilter {
  std::optional<std::string_view> team;  ///< nullopt: of every team
  ledger::TimeMs since = 0;              ///< nothing queued or claimed later than this
  ledger::JobNumber first = 0;           ///< the first job that is looked at
  std::size_t most = 0;
};

/// The first of the jobs that are queued as of the version, were so at `since`, and had no matching
/// claim after it; in the order of creation.
std::vector<UnclaimedJob> unclaimed_jobs(const State& state, const UnclaimedFilter& filter,
                                         std::uint64_t version);

}  // namespace jobledger::projections
