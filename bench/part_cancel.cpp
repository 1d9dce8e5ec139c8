#include <algorithm>

#include "bench/bystanders.h"
#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kAtOnce = 1000;  // in one bulk cancel; and trees in one batch
constexpr std::size_t kTree = 11;      // one parent, ten children
constexpr std::size_t kLarge = 100'000;
const std::vector<std::string> kLargeTrees = {"--limits-tree-jobs", "100000"};
const std::string kCancel = "cancel a parent, from the request to the last byte of the answer";

void add_bulk(Report& report, const std::string& name, std::size_t connections, std::size_t jobs,
              const Measured& measured) {
  Row row = row_of(name, connections, measured);
  row.values.emplace_back("jobs cancelled a second",
                          row.value("per second") * static_cast<double>(jobs));
  report.add("bulk cancel", std::move(row));
}

void add_cascades(Report& report, const std::string& name, std::size_t jobs,
                  const Measured& measured) {
  double p50 = quantile(measured.micros, 0.5);
  report.add("one cascade", {name,
                             {{"jobs", static_cast<double>(jobs)},
                              {"cascades", static_cast<double>(measured.requests)},
                              {"p50 ms", p50 / 1000},
                              {"p99 ms", quantile(measured.micros, 0.99) / 1000},
                              {"µs a job", p50 / static_cast<double>(jobs)}}});
}

/// Cascades of more jobs than a tree may have by default.
class LargeCascades {
 public:
  LargeCascades(const Plan& plan, Report& report) : plan_(plan), report_(report) {
    // In a daemon of its own: what making them took is not in the memory of the next.
    DaemonProcess daemon(plan.program, data_.path(), caller_, kLargeTrees);
    jobs_ = fill(daemon, caller_, 10, batch_of(kFillBatch, single_job()), 1);
    Creates creates(caller_, "/api/v2/jobs", tree_of(kLarge), kLarge);
    do_all(daemon, 1, creates, 2 * cascades());
    parents_ = std::move(creates.ids());
    daemon.stop();
  }

  void measure() {
    DaemonProcess daemon(plan_.program, data_.path(), caller_, kLargeTrees);
    alone(daemon);
    beside_others(daemon);
    daemon.stop();
  }

 private:
  std::size_t cascades() const { return plan_.quick ? 2 : 5; }

  /// Half of the parents each time.
  Cancels cancels() {
    auto half = parents_.end() - static_cast<std::ptrdiff_t>(cascades());
    std::vector<std::string> ids(half, parents_.end());
    parents_.erase(half, parents_.end());
    return {caller_, std::move(ids), kLarge};
  }

  void alone(const DaemonProcess& daemon) {
    constexpr double kMiB = 1 << 20;
    Cancels work = cancels();
    double before = static_cast<double>(daemon.resident_bytes());
    daemon.reset_peak();
    add_cascades(report_, kCancel, kLarge, run_load(daemon.port(), 1, work, {.seconds = 120}));
    double peak = static_cast<double>(daemon.peak_bytes());
    report_.add("memory of the daemon", {"cascades, one after the other, after a start",
                                         {{"jobs", kLarge},
                                          {"before, MiB", before / kMiB},
                                          {"peak, MiB", peak / kMiB},
                                          {"grown, MiB", (peak - before) / kMiB},
                                          {"grown, bytes a job", (peak - before) / kLarge}}});
  }

  void beside_others(const DaemonProcess& daemon) {
    Cancels work = cancels();
    Timed cascades(work);
    Spans quiet(1);
    Bystanders others(daemon.port(), caller_, jobs_, plan_.seed);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // warms up
    quiet[0].begun = Clock::now();
    std::this_thread::sleep_for(std::chrono::duration<double>(plan_.seconds));
    quiet[0].ended = Clock::now();
    add_cascades(report_, kCancel + ", beside 16 other connections", kLarge,
                 run_load(daemon.port(), 1, cascades, {.seconds = 120}));
    others.finish();
    add_others("GET a job", during(quiet, others.reads()),
               during(cascades.spans(), others.reads()));
    add_others("create a job", during(quiet, others.creates()),
               during(cascades.spans(), others.creates()));
  }

  void add_others(const std::string& what, const Measured& quiet, const Measured& meanwhile) {
    auto add = [&](const std::string& when, const Measured& measured) {
      Row row = row_of(what + when, Bystanders::kConnections / 2, measured);
      row.values.emplace_back("longest ms", quantile(measured.micros, 1) / 1000);
      row.values.emplace_back("p99 times alone",
                              quantile(measured.micros, 0.99) / quantile(quiet.micros, 0.99));
      report_.add("others, beside cascades of 100,000 jobs", std::move(row));
    };
    add(", alone", quiet);
    add(", during cascades", meanwhile);
  }

  const Plan& plan_;
  Report& report_;
  DataDir data_{plan_.directory};
  Caller caller_;
  std::vector<std::string> jobs_;
  std::vector<std::string> parents_;
};

}  // namespace

void run_bulk(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  for (std::size_t connections : {1, 4, 16}) {
    Creates creates(caller, "/api/v2/batches", batch_of(kAtOnce, single_job()), kAtOnce);
    do_all(daemon, 4, creates, plan.quick ? 20 : 200);
    BulkCancels cancels(caller, creates.ids(), kAtOnce);
    add_bulk(report, "POST /jobs/cancel with 1000 ids", connections, kAtOnce,
             run_load(daemon.port(), connections, cancels, {.seconds = 120}));
  }
  for (std::size_t connections : {1, 4}) {
    const std::size_t jobs = kAtOnce * kTree;
    Creates creates(caller, "/api/v2/batches", batch_of(kAtOnce, tree_of(kTree)), jobs);
    do_all(daemon, 4, creates, plan.quick ? 8 : 40);
    Cancels cancels(caller, std::move(creates.batch_ids()), jobs, Cancels::Of::batches);
    add_bulk(report, "POST /batches/{id}/cancel of 1000 jobs with ten children each", connections,
             jobs, run_load(daemon.port(), connections, cancels, {.seconds = 120}));
  }
  daemon.stop();
}

void run_cascade(const Plan& plan, Report& report) {
  {
    DataDir data(plan.directory);
    Caller caller;
    DaemonProcess daemon(plan.program, data.path(), caller);
    for (std::size_t jobs : {10, 1000, 10'000}) {
      std::uint64_t cascades = plan.quick ? 100'000 / jobs : 400'000 / jobs;
      cascades = std::min<std::uint64_t>(cascades, 1000);
      Creates creates(caller, "/api/v2/jobs", tree_of(jobs), jobs);
      do_all(daemon, 1, creates, cascades);
      Cancels cancels(caller, std::move(creates.ids()), jobs);
      add_cascades(report, kCancel, jobs, run_load(daemon.port(), 1, cancels, {.seconds = 120}));
    }
    daemon.stop();
  }
  LargeCascades(plan, report).measure();
}

}  // namespace jobledger::bench
