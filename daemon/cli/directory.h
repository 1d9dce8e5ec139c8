#pragma once

#include <memory>
#include <string>

#include "daemon/cli/commands.h"
#include "daemon/cli/progress.h"
#include "ledger/store.h"
#include "projections/recovery.h"

namespace jobledger::daemon::cli {

/// A ledger for reading, beside a running daemon, too: as it was when this was called.
ledger::Result<std::unique_ptr<ledger::Store>> open_for_reading(const std::string& data_dir);

/// What long work on a directory tells: notes as lines, progress as a bar.
projections::RecoveryReport report_on(Progress& progress, Console console);

/// Says why it could not be done.
int could_not(const ledger::Failure& failure, Console console);

}  // namespace jobledger::daemon::cli
