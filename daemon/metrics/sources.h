#pragma once

#include "daemon/core.h"

namespace jobledger::daemon {
class InvariantWatch;
class Snapshotter;
class StartStatus;
namespace http {
class Server;
}
}  // namespace jobledger::daemon

namespace jobledger::daemon::metrics {

class Registry;

/// Adds what there is before the ledger: how far its start has come, and the process.
void add_start(Registry& registry, const StartStatus& status);

/// What a daemon has beside its core.
struct Around {
  const http::Server& server;
  const Snapshotter& snapshots;
  const InvariantWatch& invariants;
};

/// Adds what the parts of a daemon tell of themselves to its registry. All of them must be there as
/// long as anybody may ask it.
void add_sources(Core& core, const Around& around);

}  // namespace jobledger::daemon::metrics
