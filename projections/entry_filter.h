#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/command.h"
#include "projections/history.h"
#include "projections/state.h"

namespace jobledger::projections {

/// Which entries a reader wants: those within its reach that fit every filter given.
struct EntryFilter {
  std::optional<std::string> reach;  ///< a team; nullopt: every team
  std::optional<ledger::CommandKind> type;
  std::optional<ledger::JobId> job;      ///< what entries_of_job gives
  std::optional<ledger::BatchId> batch;  ///< what entries_of_batch gives
  bool impossible = false;               ///< a well formed id beyond 128 bits is asked for
  std::string actor;                     ///< a name or the id of a token; empty is no filter
};

/// The first `range.limit` entries of the range that fit, oldest first. An entry fits or not once
/// and for all, so ranges one after the other give what one range over both gives: that is how a
/// follower goes from history to what is new.
///
/// At a cost that does not grow with what is passed over: with a filter by batch, by the entries of
/// the range or the jobs of the batch, whichever are fewer to look at.
std::vector<std::uint64_t> entries_matching(const State& state, const ledger::Store& store,
                                            const EntryFilter& filter, const EntryRange& range);

}  // namespace jobledger::projections
