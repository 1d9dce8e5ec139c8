#pragma once

#include <string>

#include "ledger/result.h"

namespace jobledger::ledger {

// Small files beside the database, and what is renamed, so that a power loss leaves the old or the
// new and never a mixture.

/// What was made, renamed or removed in the directory stays so.
Status sync_directory(const std::string& path);

/// Makes the file at `from` durable, then gives it the name `to`, in the place of what was there.
/// Both are in one directory.
Status rename_durably(const std::string& from, const std::string& to);

/// The file at `path` has these bytes from here on, durably; until it has, those that it had.
Status replace_durably(const std::string& path, const std::string& bytes);

}  // namespace jobledger::ledger
