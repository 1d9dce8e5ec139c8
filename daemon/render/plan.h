#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/event.h"

namespace jobledger::daemon::render {

/// What a cancel would do at a version: `{version, cancelled, skipped, stopping}`, each a list of
/// `{id, status, cause, via}` with the status that the job has, in the order of the events.
std::string plan(const std::vector<ledger::Event>& events, std::uint64_t version);

}  // namespace jobledger::daemon::render
