#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

/// The state that a read is to be answered from.
struct VersionWanted {
  std::uint64_t least = 0;               ///< wait until so much is visible
  std::optional<std::uint64_t> exactly;  ///< and answer as of this version, not of the newest
};

/// The 503 of a read that the ledger has not come to; `what` says why.
http::Reply not_there_yet(const Call& call, const std::string& what);

/// The version that a parameter of this name means by its text: digits alone are a version,
/// anything else is an RFC 3339 time, which means the last entry at or before it. What lies outside
/// the history (above the head, ahead of the clock, before the first entry) is refused: its answer
/// could not be the same for ever. A version by a time may not be durable yet.
std::variant<std::uint64_t, http::Reply> version_named(Core& core, const Call& call,
                                                       std::string_view name,
                                                       std::string_view text);

/// By `minVersion` (a version) and `asOf` (see version_named).
std::variant<VersionWanted, http::Reply> version_wanted(Core& core, const Call& call);

/// The time that a read speaks of: now; or the one that `asOf` names; or, if that is a version,
/// that of its last entry (0 of none).
ledger::TimeMs time_spoken_of(const Core& core, const Call& call);

}  // namespace jobledger::daemon::routes
