#pragma once

#include "team.h"

namespace jobledger::daemon::e2e {

/// Adds entries of the team to the ledger of a daemon that is stopped, and starts it again: `count`
/// jobs, each submitted by a command of its own, faster than over HTTP.
void grow_ledger(DaemonRun& daemon, const std::string& team, int count);

}  // namespace jobledger::daemon::e2e
