#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "projections/state.h"

namespace jobledger::projections {

/// Which cancellations are wanted (see CancellationIndex). What is given must all hold.
struct CancellationFilter {
  enum class Outcome : std::uint8_t { any, accepted, refused, undone };

  std::optional<std::string> team;  ///< nullopt is any
  std::string actor;                ///< its name or the id of its token; empty is no filter
  std::string on_behalf_of;         ///< empty is no filter
  std::vector<std::string> words;   ///< each begins a word of the reason (see `words_of`)
  std::optional<ledger::CommandKind> type;
  Outcome outcome = Outcome::any;  ///< an undone one was accepted, too
  /// Only some of these, which are in ascending order.
  std::optional<std::vector<std::uint64_t>> about;
  std::uint64_t from = 0;   ///< the first index
  std::uint64_t below = 0;  ///< the first index that is above all wanted
};

/// The last `most` that fit, newest first, as of the version.
std::vector<std::uint64_t> find_cancellations(const State& state, const CancellationFilter& filter,
                                              std::uint64_t version, std::size_t most);

}  // namespace jobledger::projections
