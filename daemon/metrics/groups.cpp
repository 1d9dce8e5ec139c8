#include "daemon/metrics/groups.h"

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace jobledger::daemon::metrics {

Groups::Groups(Registry& registry)
    : commands_(prometheus::BuildHistogram()
                    .Name("jobledger_writer_group_commands")
                    .Help("Commands that were written together.")
                    .Register(registry.counted())
                    .Add({}, prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128,
                                                                     256, 512, 1024})),
      syncs_(prometheus::BuildHistogram()
                 .Name("jobledger_log_sync_duration_seconds")
                 .Help("How long it took to write the entries of a group and to sync them.")
                 .Register(registry.counted())
                 .Add({}, prometheus::Histogram::BucketBoundaries{0.00005, 0.0001, 0.00025, 0.0005,
                                                                  0.001, 0.0025, 0.005, 0.01, 0.025,
                                                                  0.05, 0.1, 0.25, 1, 5})) {}

void Groups::note(const WriterThread::Written& group) {
  commands_.Observe(static_cast<double>(group.commands));
  if (group.synced) syncs_.Observe(group.took.count());
}

}  // namespace jobledger::daemon::metrics
