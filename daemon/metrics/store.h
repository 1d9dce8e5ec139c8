#pragma once

#include "daemon/metrics/samples.h"
#include "ledger/store_stats.h"

namespace jobledger::daemon::metrics {

/// What RocksDB tells of itself.
void sample_store(Samples& samples, const ledger::StoreStats& stats);

}  // namespace jobledger::daemon::metrics
