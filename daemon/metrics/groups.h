#pragma once

#include "daemon/metrics/registry.h"
#include "daemon/writer_thread.h"

namespace prometheus {
class Histogram;
}

namespace jobledger::daemon::metrics {

/// Counts and times the groups of commands that are written to the log at once. Any thread.
class Groups {
 public:
  explicit Groups(Registry& registry);

  void note(const WriterThread::Written& group);

 private:
  prometheus::Histogram& commands_;
  prometheus::Histogram& syncs_;
};

}  // namespace jobledger::daemon::metrics
