#include <algorithm>

#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/disk.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kTree = 11;  // one parent, ten children
const std::string kTable = "durable, over HTTP";
const std::string kConstant = "constant answer (GET /healthz)";

Row sync_row(const std::string& name, std::size_t rows, const Syncs& syncs) {
  double count = static_cast<double>(syncs.micros.size());
  return {name,
          {{"rows a sync", static_cast<double>(rows)},
           {"syncs a second", count / syncs.seconds},
           {"rows a second", count * static_cast<double>(rows) / syncs.seconds},
           {"p50 ms", quantile(syncs.micros, 0.5) / 1000},
           {"p99 ms", quantile(syncs.micros, 0.99) / 1000}}};
}

/// One daemon under loads of one number of connections after the other.
class HttpRound {
 public:
  HttpRound(const Plan& plan, Report& report, const DaemonProcess& daemon, const Caller& caller)
      : plan_(plan), report_(report), daemon_(daemon), caller_(caller) {}

  void measure(std::size_t connections) {
    Gets gets(caller_, "/healthz");
    load(kConstant, connections, gets);
    create_and_cancel(connections, 1);
    create_and_cancel(connections, kTree);
  }

 private:
  /// Creates for a while, then cancels what was created, in an order of its own.
  void create_and_cancel(std::size_t connections, std::size_t jobs) {
    std::string what = jobs == 1 ? "a job" : "a tree of " + std::to_string(jobs);
    Creates creates(caller_, "/api/v2/jobs", jobs == 1 ? single_job() : tree_of(jobs), jobs);
    load("create " + what, connections, creates);
    std::mt19937_64 random(plan_.seed);
    std::shuffle(creates.ids().begin(), creates.ids().end(), random);
    Cancels cancels(caller_, std::move(creates.ids()), jobs);
    load("cancel " + what, connections, cancels);
  }

  /// Reports it beside its limits of the same round: one connection, and the constant answer.
  void load(const std::string& name, std::size_t connections, Work& work) {
    double cpu = daemon_.cpu_seconds();
    Measured measured = run_load(daemon_.port(), connections, work, {.seconds = plan_.seconds});
    cpu = daemon_.cpu_seconds() - cpu;
    Row row = row_of(name, connections, measured);
    double rate = row.value("per second");
    double one = connections == 1 ? rate : rate_of(name, 1);
    double constant = name == kConstant ? rate : rate_of(kConstant, connections);
    row.values.emplace_back("CPU µs each", 1e6 * cpu / static_cast<double>(measured.requests));
    row.values.emplace_back("times one connection", rate / one);
    row.values.emplace_back("% of constant", 100 * rate / constant);
    report_.add(kTable, std::move(row));
  }

  double rate_of(const std::string& name, std::size_t connections) const {
    return report_.last(kTable, name, static_cast<double>(connections)).value("per second");
  }

  const Plan& plan_;
  Report& report_;
  const DaemonProcess& daemon_;
  const Caller& caller_;
};

}  // namespace

void run_limits(const Plan& plan, Report& report) {
  const std::string table = "the disk";
  double seconds = plan.seconds;
  report.add(table, sync_row("append 4 KiB + fdatasync, growing file", 1,
                             append_and_sync(plan.directory, false, seconds)));
  report.add(table, sync_row("append 4 KiB + fdatasync, zero-filled file", 1,
                             append_and_sync(plan.directory, true, seconds)));
  for (std::size_t rows : {1, 64, 256}) {
    report.add(table, sync_row("RocksDB synced write of 700-byte rows", rows,
                               synced_puts(plan.directory, rows, 700, seconds)));
  }
}

void run_http(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  Creates warm_up(caller, "/api/v2/jobs", single_job());
  run_load(daemon.port(), 16, warm_up, {.seconds = plan.seconds / 4});
  HttpRound round(plan, report, daemon, caller);
  round.measure(1);
  for (std::size_t connections : plan.connections) {
    if (connections > 1) round.measure(connections);
  }
  daemon.stop();
}

void run_peers(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  std::mt19937_64 random(plan.seed);
  for (std::size_t connections : plan.connections) {
    auto load = [&](double seconds) {
      Creates creates(caller, "/api/v2/jobs", tree_of(kTree), kTree);
      Measured created = run_load(daemon.port(), connections, creates, {.seconds = seconds});
      std::shuffle(creates.ids().begin(), creates.ids().end(), random);
      Cancels cancels(caller, std::move(creates.ids()), kTree);
      return std::pair(std::move(created),
                       run_load(daemon.port(), connections, cancels, {.seconds = seconds}));
    };
    load(plan.seconds / 4);  // warms up, and is not counted
    auto [created, cancelled] = load(plan.seconds);
    report.add("peers", row_of("create a tree of 11", connections, created));
    report.add("peers", row_of("cancel a tree of 11", connections, cancelled));
  }
  daemon.stop();
}

}  // namespace jobledger::bench
