#include <algorithm>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {

void run_bulk(const Plan& plan, Report& report) {
  constexpr std::size_t kAtOnce = 1000;
  const std::uint64_t requests = plan.quick ? 20 : 200;
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  for (std::size_t connections : {1, 4, 16}) {
    Creates creates(caller, "/api/v2/batches", batch_of(kAtOnce, single_job()), kAtOnce);
    run_load(daemon.port(), 4, creates, {.requests = requests, .seconds = 120});
    BulkCancels cancels(caller, creates.ids(), kAtOnce);
    Row row = row_of("POST /jobs/cancel with 1000 ids", connections,
                     run_load(daemon.port(), connections, cancels, {.seconds = 120}));
    row.values.emplace_back("jobs cancelled a second", row.value("per second") * kAtOnce);
    report.add("bulk cancel", std::move(row));
  }
  daemon.stop();
}

void run_cascade(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  for (std::size_t jobs : {10, 1000, 10'000}) {
    std::uint64_t cascades = plan.quick ? 100'000 / jobs : 400'000 / jobs;
    cascades = std::min<std::uint64_t>(cascades, 1000);
    Creates creates(caller, "/api/v2/jobs", tree_of(jobs), jobs);
    run_load(daemon.port(), 1, creates, {.requests = cascades, .seconds = 120});
    Cancels cancels(caller, std::move(creates.ids()), jobs);
    Measured measured = run_load(daemon.port(), 1, cancels, {.seconds = 120});
    double p50 = quantile(measured.micros, 0.5);
    report.add("one cascade", {"cancel a parent, from the request to the last byte of the answer",
                               {{"jobs", static_cast<double>(jobs)},
                                {"cascades", static_cast<double>(measured.requests)},
                                {"p50 ms", p50 / 1000},
                                {"p99 ms", quantile(measured.micros, 0.99) / 1000},
                                {"µs a job", p50 / static_cast<double>(jobs)}}});
  }
  daemon.stop();
}

}  // namespace jobledger::bench
