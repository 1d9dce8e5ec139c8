#pragma once

#include <string>

#include "ledger/result.h"

namespace jobledger::daemon::cli {

/// All of a file, or of the standard input for `-`. A Failure if it cannot be read, or is larger
/// than 64 MiB: no file that commands read whole is.
ledger::Result<std::string> read_file(const std::string& path);

}  // namespace jobledger::daemon::cli
