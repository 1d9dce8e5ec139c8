#pragma once

#include <string>

#include "daemon/cli/style.h"
#include "daemon/json/value.h"

namespace jobledger::daemon::cli {

/// The answer of explain for a person: its sentences, and the way from the job to the command
/// behind its status drawn as a tree, beside what else happened to it.
std::string explanation_text(const json::Value& answer, const Style& style);

}  // namespace jobledger::daemon::cli
