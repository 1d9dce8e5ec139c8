#pragma once

#include "daemon/metrics/samples.h"
#include "daemon/webhooks/dispatcher.h"

namespace jobledger::daemon::metrics {

/// How far webhooks are behind the ledger, which has come to `version`, and what came of them.
void sample_webhooks(Samples& samples, const webhooks::Counts& counts, std::uint64_t version);

}  // namespace jobledger::daemon::metrics
