#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "daemon/config/settings.h"

namespace jobledger::daemon {

/// Recovers the ledger in the data directory, serves until SIGTERM or SIGINT, then stops: accepts
/// no more, finishes what was accepted, syncs. Gives the exit code: 0, or 3 if it could not start
/// or the log failed. SIGHUP reads the files of the TLS certificate again. `listening` is told the
/// address once requests are taken.
int serve(const config::Settings& settings,
          const std::function<void(const std::string& url)>& listening);

}  // namespace jobledger::daemon
