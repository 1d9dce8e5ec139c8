#pragma once

#include <cstdint>
#include <string>

#include "projections/explanation.h"

namespace jobledger::daemon::render {

/// An explanation as one JSON object: the chain from the status to the command behind it, the
/// commands on the way, what else concerns the job, and all that in sentences for people.
std::string explanation(const projections::State& state, projections::LogReader& log,
                        const projections::Explanation& of, std::uint64_t version);

}  // namespace jobledger::daemon::render
