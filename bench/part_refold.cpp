#include <algorithm>
#include <stdexcept>

#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/starts.h"
#include "ledger/store.h"
#include "ledger/store_cursors.h"

namespace jobledger::bench {
namespace {

constexpr std::uint64_t kLeastBatches = 100;

struct LogSize {
  double entries = 0;
  double mib = 0;
};

/// The entries as they are hashed and decoded: without the bodies of the jobs, and not compressed.
LogSize size_of_log(const std::string& data_dir) {
  auto store = ledger::Store::open(data_dir, {.create = false, .read_only = true});
  if (!store) throw std::runtime_error(store.error().message);
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  ledger::EntryCursor cursor(**store, 0);
  for (; cursor.next(); ++entries) bytes += cursor.bytes().size();
  if (!cursor.status()) throw std::runtime_error(cursor.status().error().message);
  return {static_cast<double>(entries), static_cast<double>(bytes) / (1 << 20)};
}

class RefoldRound {
 public:
  RefoldRound(const Plan& plan, Report& report) : plan_(plan), report_(report) {
    DataDir data(plan.directory);
    Caller caller;
    empty_ = time_starts(plan.program, data.path(), caller).seconds;
  }

  /// Fills a ledger by `fill(daemon, caller)`, which gives how many jobs it made, and starts on it.
  template <typename Fill>
  void measure(const std::string& what, Fill fill) const {
    DataDir data(plan_.directory);
    Caller caller;
    double jobs = 0;
    {
      DaemonProcess daemon(plan_.program, data.path(), caller, kNoSnapshots);
      jobs = static_cast<double>(fill(daemon, caller));
      daemon.stop();
    }
    LogSize log = size_of_log(data.path());
    auto add = [&](const std::string& how) {
      double seconds = time_starts(plan_.program, data.path(), caller).seconds;
      report_.add("start by the kind of entries, files in the page cache",
                  {what + how,
                   {{"entries", log.entries},
                    {"jobs", jobs},
                    {"log, MiB", log.mib},
                    {"seconds", seconds},
                    {"seconds if empty", empty_},
                    {"entries a second", log.entries / seconds},
                    {"jobs a second", jobs / seconds},
                    {"log, MiB a second", log.mib / seconds}}});
    };
    add(", without a snapshot");
    take_snapshot(plan_.program, data.path(), caller);
    add(", with a snapshot");
  }

 private:
  const Plan& plan_;
  Report& report_;
  double empty_ = 0;
};

}  // namespace

/// How fast a start folds the log: of many small entries, and of few large ones.
void run_refold(const Plan& plan, Report& report) {
  RefoldRound round(plan, report);
  round.measure("one job each, created or cancelled",
                [&](const DaemonProcess& daemon, const Caller& caller) {
                  fill_singly(daemon, caller, plan.jobs);
                  return plan.jobs / 2;
                });
  round.measure("1,000 jobs each, created", [&](const DaemonProcess& daemon, const Caller& caller) {
    std::uint64_t batches = std::max(plan.jobs / 10 / kFillBatch, kLeastBatches);
    fill(daemon, caller, batches, batch_of(kFillBatch, single_job()), 0);
    return batches * kFillBatch;
  });
}

}  // namespace jobledger::bench
