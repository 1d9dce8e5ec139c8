#pragma once

#include <cstdint>
#include <string>

#include "ledger/store.h"

namespace jobledger::daemon::cli {

// A point in the history of a ledger, as a person names it: a version, which is digits alone, or a
// time as of RFC 3339.

bool is_until(const std::string& text);

/// The version at that point. A Failure if the time is before the first entry.
ledger::Result<std::uint64_t> version_until(const std::string& text, const ledger::Store& store);

}  // namespace jobledger::daemon::cli
