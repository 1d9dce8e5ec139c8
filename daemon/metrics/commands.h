#pragma once

#include <array>
#include <cstddef>

#include "daemon/metrics/counters.h"
#include "daemon/metrics/registry.h"
#include "daemon/writer_thread.h"
#include "ledger/command.h"

namespace jobledger::daemon::metrics {

/// Counts what came of commands that the writer was asked to carry out, by their kind. Any thread.
class Commands {
 public:
  explicit Commands(Registry& registry);

  void note(ledger::CommandKind kind, const Outcome& outcome);

 private:
  Counters outcomes_;
};

}  // namespace jobledger::daemon::metrics
