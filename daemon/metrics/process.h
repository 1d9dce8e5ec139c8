#pragma once

#include "daemon/metrics/samples.h"

namespace jobledger::daemon::metrics {

/// The process as its system sees it, under the names that every client of Prometheus uses, and
/// which program it is.
void sample_process(Samples& samples);

}  // namespace jobledger::daemon::metrics
