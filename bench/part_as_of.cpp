#include <algorithm>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

constexpr int kChanges = 10;  // of each job, its creation among them
const std::string kTable = "reads as of a version, one connection";

/// A daemon with jobs that were cancelled and reinstated by turns: each has as many changes.
class Changed {
 public:
  Changed(const DaemonProcess& daemon, const Caller& caller, std::uint64_t jobs)
      : daemon_(daemon), caller_(caller), batches_(std::max<std::uint64_t>(jobs / kFillBatch, 1)) {
    ids_ = fill(daemon, caller, batches_, batch_of(kFillBatch, single_job()), 1);
    version_ = 1 + batches_;  // the token came first
    for (int change = 1; change < kChanges; ++change) change % 2 == 1 ? cancel() : undo();
  }

  std::uint64_t jobs() const { return batches_ * kFillBatch; }
  std::uint64_t after(int change) const { return 1 + batches_ * static_cast<unsigned>(change); }
  const std::string& some_job() const { return ids_[ids_.size() / 2]; }

 private:
  void cancel() {
    BulkCancels cancels(caller_, ids_, kFillBatch);
    do_all(daemon_, 1, cancels, batches_);
    version_ += batches_;
  }

  /// Of the cancels before it.
  void undo() {
    std::vector<std::string> paths;
    for (std::uint64_t i = 0; i < batches_; ++i) {
      std::string index = std::to_string(version_ - batches_ + i);
      paths.push_back("/ledger/v1/cancellations/" + index + "/undo");
    }
    Posts posts(caller_, std::move(paths));
    do_all(daemon_, 1, posts, batches_);
    version_ += batches_;
  }

  const DaemonProcess& daemon_;
  const Caller& caller_;
  const std::uint64_t batches_;
  std::vector<std::string> ids_;
  std::uint64_t version_ = 0;
};

}  // namespace

void run_as_of(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  Changed changed(daemon, caller, plan.jobs);

  // Each reads what had the same statuses then as now: only the version is another.
  auto measure = [&](const std::string& what, const std::string& path) {
    double at_head = 0;
    for (int change : {kChanges, kChanges - 4, 2}) {
      bool head = change == kChanges;
      std::string separator = path.find('?') == std::string::npos ? "?" : "&";
      Gets gets(caller,
                head ? path : path + separator + "asOf=" + std::to_string(changed.after(change)));
      Measured measured = run_load(daemon.port(), 1, gets, {.seconds = plan.seconds});
      double p50 = quantile(measured.micros, 0.5);
      if (head) at_head = p50;
      std::string when =
          head ? " at head"
               : " as of " + std::to_string(kChanges - change) + " changes of each job ago";
      report.add(kTable, {what + when,
                          {{"jobs", static_cast<double>(changed.jobs())},
                           {"p50 µs", p50},
                           {"p99 µs", quantile(measured.micros, 0.99)},
                           {"times head", p50 / at_head}}});
    }
  };
  measure("a job", "/api/v2/jobs/" + changed.some_job());
  measure("a page of 100", "/api/v2/jobs?limit=100");
  measure("a page of 100 by status", "/api/v2/jobs?limit=100&states=manually_cancelled");
  measure("a page of 100, newest first", "/api/v2/jobs?limit=100&sort=newest_first");
  daemon.stop();
}

}  // namespace jobledger::bench
