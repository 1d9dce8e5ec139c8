#pragma once

#include <iosfwd>

#include "daemon/cli/http_client.h"

namespace CLI {
class App;
}

namespace jobledger::daemon::cli {

/// Adds `--url`, `--token` and `--token-file`, with JOBLEDGER_URL and JOBLEDGER_TOKEN behind them,
/// and the files that TLS takes. `remote` must live until the command line is parsed.
void add_remote_options(CLI::App* command, Remote& remote);

/// Whether the options name a daemon and a token.
bool is_complete(const Remote& remote);

/// The same; says on `err` what is missing. A command that is told no ends with kWrongUsage.
bool require_remote(const Remote& remote, std::ostream& err);

}  // namespace jobledger::daemon::cli
