#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kPage = 100;
constexpr std::size_t kShare = 10;  // one job in so many has the tag, and one is cancelled
const std::string kJobTable = "reads of one job";
const std::string kPageTable = "reads of pages";
const std::string kConstant = "constant answer (GET /healthz)";

/// A batch in which one job in kShare has a tag of its own.
std::string batch_with_tags() {
  std::string jobs;
  for (std::size_t job = 0; job < kFillBatch; ++job) {
    jobs += (job > 0 ? "," : "") + single_job(job % kShare == 0 ? "rare" : "bench");
  }
  return R"({"jobs":[)" + jobs + "]}";
}

/// A daemon whose jobs differ enough for a list to choose from.
class Filled {
 public:
  Filled(const DaemonProcess& daemon, const Caller& caller, std::uint64_t jobs)
      : batches_(std::max<std::uint64_t>(jobs / kFillBatch, kShare)) {
    // Of those that are kept every second is cancelled, and the others are to be read.
    std::vector<std::string> kept = fill(daemon, caller, batches_, batch_with_tags(), kShare / 2);
    std::vector<std::string> cancelled;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      (i % 2 == 0 ? queued_ : cancelled).push_back(std::move(kept[i]));
    }
    BulkCancels cancels(caller, cancelled, kFillBatch / kShare);
    do_all(daemon, 1, cancels, batches_);
  }

  std::uint64_t jobs() const { return batches_ * kFillBatch; }
  const std::vector<std::string>& some_queued() const { return queued_; }

 private:
  const std::uint64_t batches_;
  std::vector<std::string> queued_;
};

/// One daemon under reads of one number of connections after the other.
class ReadRound {
 public:
  ReadRound(const Plan& plan, Report& report, const DaemonProcess& daemon, const Caller& caller,
            const Filled& filled)
      : plan_(plan), report_(report), daemon_(daemon), caller_(caller), filled_(filled) {}

  void measure(std::size_t connections) {
    Gets constant(caller_, "/healthz");
    job_load(kConstant, connections, constant);
    JobGets jobs(caller_, filled_.some_queued(), plan_.seed);
    job_load("one of many jobs, by its id", connections, jobs);
    page_load("a page of 100", connections, "");
    page_load("a page of 100 by status, which a tenth has", connections,
              "&states=manually_cancelled");
    page_load("a page of 100 by tag, which a tenth has", connections, "&tags=rare");
    page_load("a page of 100 in the middle", connections,
              "&from=" + std::to_string(filled_.jobs() / 2));
    page_load("a page of 100 in the middle by status", connections,
              "&states=manually_cancelled&from=" + std::to_string(filled_.jobs() / kShare / 2));
  }

 private:
  void job_load(const std::string& name, std::size_t connections, Work& work) {
    report_.add(kJobTable, beside_constant(name, connections, work));
  }

  void page_load(const std::string& name, std::size_t connections, const std::string& query) {
    Gets pages(caller_, "/api/v2/jobs?limit=" + std::to_string(kPage) + query, kPage);
    Row row = beside_constant(name, connections, pages);
    row.values.emplace_back("jobs a second", row.value("per second") * kPage);
    report_.add(kPageTable, std::move(row));
  }

  Row beside_constant(const std::string& name, std::size_t connections, Work& work) {
    Row row = row_of(name, connections,
                     run_load(daemon_.port(), connections, work, {.seconds = plan_.seconds}));
    double rate = row.value("per second");
    double constant = name == kConstant ? rate : constant_rate(connections);
    row.values.emplace_back("% of constant", 100 * rate / constant);
    row.values.emplace_back("jobs in all", static_cast<double>(filled_.jobs()));
    return row;
  }

  double constant_rate(std::size_t connections) const {
    return report_.last(kJobTable, kConstant, static_cast<double>(connections)).value("per second");
  }

  const Plan& plan_;
  Report& report_;
  const DaemonProcess& daemon_;
  const Caller& caller_;
  const Filled& filled_;
};

}  // namespace

/// One job and pages of a list, read out of many jobs.
void run_reads(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  Filled filled(daemon, caller, plan.jobs);
  // Lets RocksDB put away what was filled in.
  Gets warm_up(caller, "/healthz");
  run_load(daemon.port(), 16, warm_up, {.seconds = plan.seconds});
  ReadRound round(plan, report, daemon, caller, filled);
  round.measure(1);
  for (std::size_t connections : plan.connections) {
    if (connections > 1) round.measure(connections);
  }
  daemon.stop();
}

}  // namespace jobledger::bench
