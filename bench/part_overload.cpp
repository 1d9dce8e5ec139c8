#include <algorithm>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/open_load.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

const std::string kTable = "offered more than can be done: creates";
// A connection has one request at a time: there are more of them than commands that wait in a
// short queue and in a group of 1024, or nothing would ever be shed.
constexpr std::size_t kConnections = 3000;
const std::vector<std::string> kShortQueue = {"--limits-queue-length", "256"};
constexpr std::size_t kAtThePeak = 256;

Row row_of(double times, const Offered& offered, double peak) {
  return {times < 1 ? "straight after" : "offered",
          {{"times the peak", times},
           {"offered a second", static_cast<double>(offered.due) / offered.seconds},
           {"sent a second", static_cast<double>(offered.sent) / offered.seconds},
           {"done a second", offered.done_a_second()},
           {"% of the peak", 100 * offered.done_a_second() / peak},
           {"shed a second", static_cast<double>(offered.shed) / offered.seconds},
           {"p50 ms of a shed", quantile(offered.shed_ms, 0.5)},
           {"p99 ms of a shed", quantile(offered.shed_ms, 0.99)},
           {"p99 ms done", quantile(offered.done_ms, 0.99)}}};
}

/// Seconds until, under a load that can be done, as much is done as is offered.
double recovery_seconds(const Offered& offered, double a_second) {
  const auto& tenths = offered.done_by_time;
  auto normal = [&](std::uint64_t done) { return static_cast<double>(done) >= 0.09 * a_second; };
  auto found = std::find_if(tenths.begin(), tenths.end(), normal);
  return static_cast<double>(found - tenths.begin() + 1) / 10;
}

}  // namespace

void run_overload(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller, kShortQueue);
  Creates warm_up(caller, "/api/v2/jobs", single_job());
  run_load(daemon.port(), kAtThePeak, warm_up, {.seconds = plan.seconds});
  Creates creates(caller, "/api/v2/jobs", single_job());
  Measured at_peak = run_load(daemon.port(), kAtThePeak, creates, {.seconds = 2 * plan.seconds});
  double peak = static_cast<double>(at_peak.requests) / at_peak.seconds;
  const std::string request = request_of(caller, "POST /api/v2/jobs", single_job());
  for (int times : {1, 2, 5, 10}) {
    Offered offered =
        offer(daemon.port(), kConnections, request, 201, times * peak, 2 * plan.seconds);
    report.add(kTable, row_of(times, offered, peak));
  }
  Offered after = offer(daemon.port(), kAtThePeak, request, 201, peak / 2, 2 * plan.seconds);
  report.add(kTable, row_of(0.5, after, peak));
  report.add("after overload",
             {"until as much is done as is offered",
              {{"times the peak", 0.5}, {"seconds", recovery_seconds(after, peak / 2)}}});
  daemon.stop();
}

}  // namespace jobledger::bench
