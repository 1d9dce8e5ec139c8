#include <algorithm>
#include <optional>
#include <random>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/disk.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/starts.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kConnections = 64;
constexpr std::size_t kCancelled = 1'000'000;  // at most

/// What is written to the disk from here on.
class Written {
 public:
  explicit Written(const std::string& directory)
      : directory_(directory), before_(bytes_written_to_disk(directory)) {}

  /// Adds the row, if the disk counts.
  void add(Report& report, const std::string& table, const std::string& name, double jobs) const {
    auto now = bytes_written_to_disk(directory_);
    if (before_ && now)
      report.add(table, bytes_row(name, jobs, static_cast<double>(*now - *before_)));
  }

 private:
  std::string directory_;
  std::optional<std::uint64_t> before_;
};

const std::string kJobTable = "bytes a job, of one entry each";
const std::string kCancelTable = "bytes a cancel, of one entry each";

std::vector<std::string> create(const DaemonProcess& daemon, const Caller& caller,
                                std::uint64_t jobs) {
  Creates creates(caller, "/api/v2/jobs", single_job());
  do_all(daemon, kConnections, creates, jobs);
  return std::move(creates.ids());
}

/// What stays on disk of a cancel, and what was written for it. Some jobs are cancelled in random
/// order, by a request each.
void measure_cancels(const Plan& plan, const std::string& data_dir, Caller& caller,
                     std::vector<std::string> ids, Report& report) {
  std::mt19937_64 random(plan.seed);
  std::shuffle(ids.begin(), ids.end(), random);
  ids.resize(std::min(ids.size(), kCancelled));
  const std::size_t count = ids.size();
  const double before = static_cast<double>(bytes_below(data_dir));
  DaemonProcess daemon(plan.program, data_dir, caller, kNoSnapshots);
  Written written(plan.directory);
  Cancels cancels(caller, std::move(ids), 1);
  do_all(daemon, kConnections, cancels, count);
  daemon.stop();
  const double after = static_cast<double>(bytes_below(data_dir));
  const double jobs = static_cast<double>(count);
  report.add(kCancelTable,
             bytes_row("disk: what the data directory grew by", jobs, after - before));
  written.add(report, kCancelTable, "disk: written to it while they were cancelled", jobs);
}

}  // namespace

void run_size(const Plan& plan, Report& report) {
  const double jobs = static_cast<double>(plan.jobs);
  DataDir data(plan.directory);
  Caller caller;
  std::optional<DaemonProcess> daemon(std::in_place, plan.program, data.path(), caller,
                                      kNoSnapshots);
  double empty = static_cast<double>(daemon->resident_bytes());
  Written written(plan.directory);
  std::vector<std::string> ids = create(*daemon, caller, plan.jobs / 2);
  double half = static_cast<double>(daemon->resident_bytes());
  create(*daemon, caller, plan.jobs - plan.jobs / 2);
  double full = static_cast<double>(daemon->resident_bytes());
  daemon->stop();
  daemon.reset();
  written.add(report, kJobTable, "disk: written to it while they were created", jobs);

  Starts folded = time_starts(plan.program, data.path(), caller);
  double log_bytes = static_cast<double>(bytes_below(data.path()));
  take_snapshot(plan.program, data.path(), caller);
  Starts loaded = time_starts(plan.program, data.path(), caller);
  double all_bytes = static_cast<double>(bytes_below(data.path()));

  auto bytes = [&](const std::string& name, double value) {
    report.add(kJobTable, bytes_row(name, jobs, value));
  };
  bytes("memory: grown while they were created, buffers of RocksDB included", full - empty);
  bytes("memory: twice the growth with the second half of them", 2 * (full - half));
  bytes("memory: after a start that folds the log, above an empty daemon", folded.resident - empty);
  bytes("memory: after a start from a snapshot, above an empty daemon", loaded.resident - empty);
  bytes("disk: the data directory, without a snapshot", log_bytes);
  bytes("disk: what a snapshot adds", all_bytes - log_bytes);
  auto start = [&](const std::string& name, const Starts& starts) {
    report.add("start, files in the page cache", {name,
                                                  {{"entries", jobs + 1},
                                                   {"seconds", starts.seconds},
                                                   {"entries a second", jobs / starts.seconds}}});
  };
  start("without a snapshot", folded);
  start("with a snapshot", loaded);
  measure_cancels(plan, data.path(), caller, std::move(ids), report);
}

}  // namespace jobledger::bench
