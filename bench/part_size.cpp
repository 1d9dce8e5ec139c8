#include <optional>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/starts.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kConnections = 64;

void create(const DaemonProcess& daemon, const Caller& caller, std::uint64_t jobs) {
  Creates creates(caller, "/api/v2/jobs", single_job());
  do_all(daemon, kConnections, creates, jobs);
}

}  // namespace

void run_size(const Plan& plan, Report& report) {
  const double jobs = static_cast<double>(plan.jobs);
  DataDir data(plan.directory);
  Caller caller;
  std::optional<DaemonProcess> daemon(std::in_place, plan.program, data.path(), caller,
                                      kNoSnapshots);
  double empty = static_cast<double>(daemon->resident_bytes());
  create(*daemon, caller, plan.jobs / 2);
  double half = static_cast<double>(daemon->resident_bytes());
  create(*daemon, caller, plan.jobs - plan.jobs / 2);
  double full = static_cast<double>(daemon->resident_bytes());
  double written = static_cast<double>(daemon->written_bytes());
  daemon->stop();
  daemon.reset();

  Starts folded = time_starts(plan.program, data.path(), caller);
  double log_bytes = static_cast<double>(bytes_below(data.path()));
  take_snapshot(plan.program, data.path(), caller);
  Starts loaded = time_starts(plan.program, data.path(), caller);
  double all_bytes = static_cast<double>(bytes_below(data.path()));

  auto bytes = [&](const std::string& name, double value) {
    report.add("bytes a job, of one entry each", bytes_row(name, jobs, value));
  };
  bytes("memory: grown while they were created, buffers of RocksDB included", full - empty);
  bytes("memory: twice the growth with the second half of them", 2 * (full - half));
  bytes("memory: after a start that folds the log, above an empty daemon", folded.resident - empty);
  bytes("memory: after a start from a snapshot, above an empty daemon", loaded.resident - empty);
  bytes("disk: the data directory, without a snapshot", log_bytes);
  bytes("disk: what a snapshot adds", all_bytes - log_bytes);
  bytes("disk: written while they were created", written);
  auto start = [&](const std::string& name, const Starts& starts) {
    report.add("start, files in the page cache", {name,
                                                  {{"entries", jobs + 1},
                                                   {"seconds", starts.seconds},
                                                   {"entries a second", jobs / starts.seconds}}});
  };
  start("without a snapshot", folded);
  start("with a snapshot", loaded);
}

}  // namespace jobledger::bench
