#include "bench/starts.h"

#include "bench/samples.h"

namespace jobledger::bench {

Starts time_starts(const std::string& program, const std::string& data_dir, Caller& caller) {
  constexpr int kStarts = 3;
  std::vector<double> seconds;
  double resident = 0;
  for (int i = 0; i < kStarts; ++i) {
    DaemonProcess daemon(program, data_dir, caller, kNoSnapshots);
    seconds.push_back(daemon.start_seconds());
    resident = static_cast<double>(daemon.resident_bytes());
    daemon.stop();
  }
  return {median(seconds), resident};
}

void take_snapshot(const std::string& program, const std::string& data_dir, Caller& caller) {
  DaemonProcess daemon(program, data_dir, caller, kSnapshotEachSecond);
  daemon.wait_for_log("took a snapshot", 120);
  daemon.stop();
}

}  // namespace jobledger::bench
