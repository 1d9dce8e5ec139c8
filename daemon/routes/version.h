#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

/// The state that a read is to be answered from.
struct VersionWanted {
  std::uint64_t least = 0;               ///< wait until so much is visible
  std::optional<std::uint64_t> exactly;  ///< and answer as of this version, not of the newest
};

/// By `minVersion` (a version) and `asOf` (digits alone are a version; else an RFC 3339 time, which
/// means the last entry at or before it). What lies above the head, or ahead of the clock, is
/// refused: its answer could not be the same for ever.
std::variant<VersionWanted, http::Reply> version_wanted(Core& core, const Call& call);

}  // namespace jobledger::daemon::routes
