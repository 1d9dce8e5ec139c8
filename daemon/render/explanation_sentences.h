#pragma once

#include <string>
#include <vector>

#include "daemon/render/entry_frames.h"
#include "projections/explanation.h"

namespace jobledger::daemon::render {

/// The explanation in plain English, one line each: what the job is, why, who asked for that, and
/// what was tried on it since.
std::vector<std::string> sentences(const projections::Explanation& of, EntryFrames& frames);

}  // namespace jobledger::daemon::render
