#include <optional>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kConnections = 64;
constexpr int kStarts = 3;

/// Times several starts; the memory is that of the last one, before any request.
struct Starts {
  double seconds = 0;
  double resident = 0;
};
Starts time_starts(const Plan& plan, const std::string& data_dir, Caller& caller) {
  std::vector<double> seconds;
  double resident = 0;
  for (int i = 0; i < kStarts; ++i) {
    DaemonProcess daemon(plan.program, data_dir, caller, kNoSnapshots);
    seconds.push_back(daemon.start_seconds());
    resident = static_cast<double>(daemon.resident_bytes());
    daemon.stop();
  }
  return {median(seconds), resident};
}

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

  Starts folded = time_starts(plan, data.path(), caller);
  double log_bytes = static_cast<double>(bytes_below(data.path()));
  daemon.emplace(plan.program, data.path(), caller, kSnapshotEachSecond);
  daemon->wait_for_log("took a snapshot", 120);
  daemon->stop();
  daemon.reset();
  Starts loaded = time_starts(plan, data.path(), caller);
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
