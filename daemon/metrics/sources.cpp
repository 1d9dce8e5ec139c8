#include "daemon/metrics/sources.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "daemon/checkpoints.h"
#include "daemon/claim_waiters.h"
#include "daemon/http/server.h"
#include "daemon/invariant_watch.h"
#include "daemon/lease_clock.h"
#include "daemon/metrics/process.h"
#include "daemon/metrics/registry.h"
#include "daemon/metrics/samples.h"
#include "daemon/metrics/store.h"
#include "daemon/metrics/webhooks.h"
#include "daemon/snapshotter.h"
#include "daemon/start_status.h"
#include "daemon/streams/places.h"

namespace jobledger::daemon::metrics {
namespace {

double number(std::uint64_t value) {
  return static_cast<double>(value);
}

void sample_projections(Samples& samples, projections::State& state,
                        const ledger::Result<std::uint64_t>& entries) {
  const std::uint64_t visible = state.version();
  for (const ledger::Projection* projection : state.projections()) {
    samples.gauge("jobledger_projection_version",
                  "How many entries of the log readers see in the projection.", number(visible),
                  {"projection", projection->name()});
  }
  if (!entries) return;
  const std::uint64_t lag = *entries > visible ? *entries - visible : 0;
  for (const ledger::Projection* projection : state.projections()) {
    samples.gauge("jobledger_projection_lag_entries",
                  "Entries of the log that readers do not see in the projection yet.", number(lag),
                  {"projection", projection->name()});
  }
}

void sample_ledger(Samples& samples, Core& core) {
  // Before the version, so that no entry which came meanwhile looks like one that is not seen.
  const auto entries = core.store.entry_count();
  samples.gauge("jobledger_version", "How many entries of the ledger are durable and visible.",
                number(core.state.version()));
  sample_projections(samples, core.state, entries);
  auto [jobs, batches, rendering] = core.state.read([&] {
    const projections::JobGraph& graph = core.state.graph();
    return std::array{std::uint64_t{graph.job_count()}, std::uint64_t{graph.batch_count()},
                      std::uint64_t{graph.runs().size()}};
  });
  samples.gauge("jobledger_jobs", "Jobs that the ledger knows, of any status.", number(jobs));
  samples.gauge("jobledger_batches", "Batches that the ledger knows.", number(batches));
  samples.gauge("jobledger_jobs_rendering", "Jobs that a worker holds.", number(rendering));
  samples.gauge("jobledger_checkpoint_entries", "Of how many entries the newest checkpoint is.",
                number(core.checkpoints.size()));
}

void sample_writer(Samples& samples, const WriterThread& writer) {
  const WriterThread::Pulse pulse = writer.pulse();
  const auto oldest = writer.oldest();
  const auto age = oldest ? std::chrono::steady_clock::now() - *oldest
                          : std::chrono::steady_clock::duration::zero();
  samples.gauge("jobledger_writer_queue_commands", "Commands that wait to be decided.",
                number(pulse.waiting));
  samples.gauge("jobledger_writer_in_work_commands",
                "Commands that were taken and have no outcome yet, those that wait included.",
                number(pulse.in_work));
  samples.gauge("jobledger_writer_oldest_command_age_seconds",
                "For how long the oldest command without an answer has been here.",
                std::max(0.0, std::chrono::duration<double>(age).count()));
  samples.gauge("jobledger_read_only",
                "1 while writes are refused because the disk is full, else 0.",
                writer.intake() == WriterThread::Intake::disk_full ? 1 : 0);
}

void sample_workers(Samples& samples, Core& core) {
  samples.gauge("jobledger_leases", "Leases that run.", number(core.leases.count()));
  samples.gauge("jobledger_claims_waiting", "Claims that wait for a job.",
                number(core.claims.count()));
}

void sample_followers(Samples& samples, Core& core) {
  const auto lag = core.feed_places.behind(core.state.version());
  samples.gauge("jobledger_feed_followers", "Clients that follow the feed.", number(lag.count));
  samples.gauge("jobledger_feed_lag_entries",
                "Entries that followers have yet to look at, of all of them together.",
                number(lag.sum));
  samples.gauge("jobledger_feed_slowest_lag_entries",
                "Entries that the last of the followers has yet to look at.", number(lag.most));
  samples.counter("jobledger_feed_refused_total",
                  "Followers that were refused, as there were too many.",
                  number(core.feed_places.refused()));
}

void sample_around(Samples& samples, const Around& around) {
  samples.gauge("jobledger_http_connections", "Connections of clients.",
                number(around.server.connections()));
  samples.gauge("jobledger_http_memory_in_flight_bytes",
                "Memory of large requests that are not answered and of answers that are not read.",
                number(around.server.memory_in_flight()));
  const Snapshotter::Taken taken = around.snapshots.taken();
  samples.gauge("jobledger_snapshot_version",
                "Of which version the newest snapshot is: a start folds what came after it.",
                number(taken.version));
  samples.gauge("jobledger_snapshot_duration_seconds", "How long the newest snapshot took.",
                taken.seconds);
  samples.counter("jobledger_snapshots_total", "Snapshots that were begun, by what came of them.",
                  number(taken.count), {"outcome", "taken"});
  samples.counter("jobledger_snapshots_total", "Snapshots that were begun, by what came of them.",
                  number(taken.failed), {"outcome", "failed"});
  samples.gauge("jobledger_invariant_violations",
                "What should never be, as of the last count: parents that wait for children that "
                "have all ended, and batches whose counts do not add up. See jobledger verify "
                "--invariants.",
                number(around.invariants.violations()));
}

void sample_start(Samples& samples, const StartStatus& status) {
  samples.gauge("jobledger_recovery_running", "1 while the daemon starts, else 0.",
                status.running() ? 1 : 0);
  samples.gauge("jobledger_recovery_folded_entries",
                "Entries that the start has come to, by a snapshot and by folding the log.",
                number(status.done()));
  samples.gauge("jobledger_recovery_entries", "Entries that the log had at the start.",
                number(status.total()));
  samples.gauge("jobledger_recovery_duration_seconds",
                "How long the start took, or has taken so far.", status.seconds());
}

}  // namespace

void add_start(Registry& registry, const StartStatus& status) {
  registry.add([&status](Samples& samples) {
    sample_start(samples, status);
    sample_process(samples);
  });
}

void add_sources(Core& core, const Around& around) {
  core.metrics.add([&core](Samples& samples) {
    sample_ledger(samples, core);
    sample_writer(samples, core.writer);
    sample_workers(samples, core);
    sample_followers(samples, core);
    sample_webhooks(samples, core.webhooks.counts(), core.state.version());
    sample_store(samples, core.store.stats());
  });
  core.metrics.add([around](Samples& samples) { sample_around(samples, around); });
}

}  // namespace jobledger::daemon::metrics
