#include <algorithm>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/open_load.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

// A connection has one request at a time. There are more of them than commands that may be in work,
// or nothing would be shed; each that waits for its answer waits for those that came before it, so
// that a shed can be told no sooner than all that are out have been served once.
constexpr std::size_t kConnections = 1536;
constexpr std::size_t kAtThePeak = 256;
const std::vector<std::string> kShortWait = {"--limits-queue-wait-ms", "50"};

/// What is asked again and again, of one daemon.
struct Question {
  std::string name;
  std::string request;
  int wanted;
};

Row row_of(const std::string& name, double times, const Offered& offered, double peak) {
  return {name,
          {{"times the peak", times},
           {"offered a second", static_cast<double>(offered.due) / offered.seconds},
           {"sent a second", static_cast<double>(offered.sent) / offered.seconds},
           {"done a second", offered.done_a_second()},
           {"% of the peak", 100 * offered.done_a_second() / peak},
           {"p99 ms done", quantile(offered.done_ms, 0.99)},
           {"shed a second", static_cast<double>(offered.shed) / offered.seconds},
           {"shed, p50 ms", quantile(offered.shed_ms, 0.5)},
           {"shed, p99 ms", quantile(offered.shed_ms, 0.99)},
           {"shed, longest ms", quantile(offered.shed_ms, 1)}}};
}

/// Seconds until, under a load that can be done, as much is done as is offered.
double recovery_seconds(const Offered& offered, double a_second) {
  const auto& tenths = offered.done_by_time;
  auto normal = [&](std::uint64_t done) { return static_cast<double>(done) >= 0.09 * a_second; };
  auto found = std::find_if(tenths.begin(), tenths.end(), normal);
  return static_cast<double>(found - tenths.begin() + 1) / 10;
}

void overload(const Plan& plan, Report& report, std::uint16_t port, const Question& question) {
  auto offer_it = [&](std::size_t connections, double a_second) {
    return offer(port, connections, question.request, question.wanted, a_second, 2 * plan.seconds);
  };
  const double all_that_goes = 1e6;
  offer_it(kAtThePeak, all_that_goes);
  const double peak = offer_it(kAtThePeak, all_that_goes).done_a_second();
  for (int times : {1, 2, 5, 10}) {
    const Offered offered = offer_it(kConnections, times * peak);
    report.add("offered more than can be done", row_of(question.name, times, offered, peak));
  }
  const Offered after = offer_it(kAtThePeak, peak / 2);
  report.add("offered more than can be done",
             row_of(question.name + ", straight after", 0.5, after, peak));
  report.add(
      "after overload, until as much is done as is offered",
      {question.name, {{"times the peak", 0.5}, {"seconds", recovery_seconds(after, peak / 2)}}});
}

}  // namespace

void run_overload(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller, kShortWait);
  const std::string create = request_of(caller, "POST /api/v2/jobs", single_job());
  overload(plan, report, daemon.port(), {"create a job", create, 201});
  // A small request for much work, which can be asked for again: nothing changes, but each of the
  // jobs that were left alone is recorded.
  Creates batch(caller, "/api/v2/batches", batch_of(1000, single_job()), 1000);
  run_load(daemon.port(), 1, batch, {.requests = 1});
  const std::string cancel =
      request_of(caller, "POST /api/v2/batches/" + batch.batch_ids().front() + "/cancel");
  overload(plan, report, daemon.port(), {"cancel 1,000 jobs, again", cancel, 200});
  daemon.stop();
}

}  // namespace jobledger::bench
