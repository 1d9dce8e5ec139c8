#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

inline constexpr std::string_view kNoJobMessage =
    "no such job; check the id and the team of the token";
inline constexpr std::string_view kNoBatchMessage =
    "no such batch; check the id and the team of the token";

// What is there as of `call.version`, within the reach of the call; nullopt for anything else.

std::optional<ledger::JobNumber> find_job(const Core& core, const Call& call, ledger::JobId id);
/// By an id as the path has it.
std::optional<ledger::JobNumber> find_job(const Core& core, const Call& call, std::string_view id);
std::optional<std::uint32_t> find_batch(const Core& core, const Call& call, ledger::BatchId id);

}  // namespace jobledger::daemon::routes
