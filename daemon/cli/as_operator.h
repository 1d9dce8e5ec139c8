#pragma once

#include <string>

#include "daemon/startup.h"
#include "ledger/writer.h"

namespace jobledger::daemon::cli {

/// Appends the entry of a command that whoever runs this program gives on a data directory, whose
/// daemon does not run: the actor has the name of their account, and every scope.
ledger::Result<ledger::Receipt> commit_as_operator(Started& started, const std::string& team,
                                                   ledger::Command command);

}  // namespace jobledger::daemon::cli
