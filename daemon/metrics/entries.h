#pragma once

#include "daemon/metrics/counters.h"
#include "daemon/metrics/registry.h"
#include "ledger/entry.h"

namespace jobledger::daemon::metrics {

/// Counts what the entries say that have become durable since the start. Any thread.
class Entries {
 public:
  explicit Entries(Registry& registry);

  void follow(const ledger::Entry& entry);

 private:
  void follow_events(const ledger::Entry& entry);

  Counters entries_;        ///< by type and outcome
  Counters cancellations_;  ///< of them, those that cancel, or were to
  Counters cancelled_;      ///< jobs, by cause
  Counters events_;
  Counters late_reports_;
  Counters leases_expired_;
};

}  // namespace jobledger::daemon::metrics
