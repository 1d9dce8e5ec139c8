#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "projections/state.h"

namespace jobledger::projections {

/// What should not be, as a ledger stands; each a bug, in this program or in another that wrote it.
struct Violations {
  std::uint64_t waiting_parents = 0;  ///< pending, though all their children have ended
  std::uint64_t batches = 0;          ///< with other top-level jobs than they count

  std::uint64_t total() const { return waiting_parents + batches; }
};

/// Counts those of the durable version that are cheap to see, a few thousand jobs at a time while
/// the fold goes on; the whole log is for `verify`. `stop` is asked in between: nullopt if it said
/// so.
std::optional<Violations> count_violations(const State& state, const std::function<bool()>& stop);

}  // namespace jobledger::projections
