#pragma once

#include <string>
#include <string_view>

#include "ledger/result.h"

namespace jobledger::daemon::cli {

/// An entry (its JSON, as the daemon gives it) as one line for a person: when, index, type,
/// outcome, who and for whom, what came of it, why. What cannot be printed is a question mark. A
/// Failure if it is no entry.
ledger::Result<std::string> entry_line(std::string_view json);

}  // namespace jobledger::daemon::cli
