#include <algorithm>
#include <optional>
#include <stdexcept>

#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/timed.h"
#include "ledger/time.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kConnections = 64;
constexpr std::uint64_t kSmall = 10'000;  // jobs
constexpr double kPatience = 300;         // seconds
const std::string kTable = "single jobs at 64 connections, beside those that are there";

/// One kind of request, over all turns.
struct Loaded {
  Spans turns;
  Spans requests;

  void add(const DaemonProcess& daemon, Work& work, double seconds) {
    Timed timed(work);
    auto begun = Clock::now();
    run_load(daemon.port(), kConnections, timed, {.seconds = seconds});
    turns.push_back({begun, Clock::now()});
    requests.insert(requests.end(), timed.spans().begin(), timed.spans().end());
  }
};

struct Loads {
  Loaded create;
  Loaded cancel;

  /// Creates for a while, then cancels what was created, in an order of its own.
  void turn(const Plan& plan, const DaemonProcess& daemon, const Caller& caller) {
    Creates creates(caller, "/api/v2/jobs", single_job());
    create.add(daemon, creates, plan.seconds);
    std::mt19937_64 random(plan.seed);
    std::shuffle(creates.ids().begin(), creates.ids().end(), random);
    Cancels cancels(caller, std::move(creates.ids()), 1);
    cancel.add(daemon, cancels, plan.seconds);
  }
};

/// A turn on a ledger of its own, so that it is as small each time.
void turn_on_small(const Plan& plan, Loads& loads) {
  DataDir data(plan.directory, "small");
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller, kNoSnapshots);
  fill(daemon, caller, kSmall / kFillBatch, batch_of(kFillBatch, single_job()), 0);
  loads.turn(plan, daemon, caller);
  daemon.stop();
}

/// When the daemon was at its snapshots, by what it logged after each.
Spans snapshots_of(const DaemonProcess& daemon) {
  using std::chrono::milliseconds;
  const Clock::time_point now = Clock::now();
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  Spans snapshots;
  for (const std::string& line : daemon.log_lines("took a snapshot")) {
    auto logged = ledger::from_rfc3339(line.substr(0, line.find(' ')));
    std::size_t seconds = line.find(" seconds=");
    if (!logged || seconds == std::string::npos) throw std::runtime_error("the log has: " + line);
    std::chrono::duration<double> took(std::stod(line.substr(seconds + 9)));
    auto ended = now - std::chrono::duration_cast<milliseconds>(wall - milliseconds(*logged));
    snapshots.push_back({ended - std::chrono::duration_cast<milliseconds>(took), ended});
  }
  return snapshots;
}

class GrowthRound {
 public:
  GrowthRound(const Plan& plan, Report& report, std::uint64_t jobs)
      : plan_(plan), report_(report), jobs_(jobs) {}

  /// By turns, so that both meet the same machine.
  void beside_small(const DaemonProcess& daemon, const Caller& caller) {
    Loads small;
    Loads large;
    for (int turn = 0; turn < (plan_.quick ? 1 : 3); ++turn) {
      turn_on_small(plan_, small);
      large.turn(plan_, daemon, caller);
    }
    for (auto [jobs, loads] : {std::pair(kSmall, &small), std::pair(jobs_, &large)}) {
      add("create a job", "", jobs, during(loads->create.turns, loads->create.requests));
      add("cancel a job", "", jobs, during(loads->cancel.turns, loads->cancel.requests));
    }
  }

  /// The same turns until both kinds have met some snapshots beyond the first one, which is of
  /// everything.
  void during_snapshots(const DaemonProcess& daemon, const Caller& caller) {
    const std::size_t wanted = plan_.quick ? 1 : 5;
    Loads loads;
    Spans later;
    auto are_enough = [&](const Loaded& loaded) {
      return common(later, loaded.turns).size() >= wanted;
    };
    for (auto begun = Clock::now(); !are_enough(loads.create) || !are_enough(loads.cancel);) {
      if (seconds_since(begun) > kPatience) throw std::runtime_error("too few snapshots");
      loads.turn(plan_, daemon, caller);
      later = snapshots_of(daemon);
      if (!later.empty()) later.erase(later.begin());
    }
    const Spans first{snapshots_of(daemon).front()};
    add_during("the first snapshot, of everything", first, loads);
    add_during("later snapshots, of what changed", later, loads);
  }

 private:
  void add(const std::string& what, const std::string& when, std::uint64_t jobs,
           const Measured& measured) {
    Row row = row_of(what + when, kConnections, measured);
    row.values.front() = {"jobs", static_cast<double>(jobs)};
    const bool is_small = jobs == kSmall;
    const Row& small = is_small ? row : report_.last(kTable, what, static_cast<double>(kSmall));
    double rate = row.value("per second") / small.value("per second");
    double p99 = row.value("p99 ms") / small.value("p99 ms");
    row.values.emplace_back("% of small", 100 * rate);
    row.values.emplace_back("p99 times small", p99);
    report_.add(kTable, std::move(row));
  }

  void add_during(const std::string& which, const Spans& snapshots, const Loads& loads) {
    add_snapshots(which, snapshots);
    const std::string when = ", beside " + which;
    for (auto [what, loaded] :
         {std::pair("create a job", &loads.create), std::pair("cancel a job", &loads.cancel)}) {
      Spans met = common(snapshots, loaded->turns);
      if (!met.empty()) add(what, when, jobs_, during(met, loaded->requests));
    }
  }

  void add_snapshots(const std::string& which, const Spans& snapshots) {
    std::vector<double> seconds;
    for (const Span& snapshot : snapshots) seconds.push_back(snapshot.seconds());
    report_.add("the snapshots that were taken meanwhile",
                {which,
                 {{"jobs", static_cast<double>(jobs_)},
                  {"snapshots", static_cast<double>(snapshots.size())},
                  {"p50 seconds", median(seconds)},
                  {"longest", quantile(seconds, 1)}}});
  }

  const Plan& plan_;
  Report& report_;
  const std::uint64_t jobs_;
};

}  // namespace

/// What creates and cancels come to when many jobs are there already, and while snapshots of them
/// are taken.
void run_growth(const Plan& plan, Report& report) {
  const std::uint64_t batches = std::max<std::uint64_t>(plan.jobs / kFillBatch, 1);
  const std::uint64_t jobs = batches * kFillBatch;
  DataDir data(plan.directory);
  Caller caller;
  std::optional<DaemonProcess> daemon(std::in_place, plan.program, data.path(), caller,
                                      kNoSnapshots);
  double empty = static_cast<double>(daemon->resident_bytes());
  fill(*daemon, caller, batches, batch_of(kFillBatch, single_job()), 0);
  double grown = static_cast<double>(daemon->resident_bytes()) - empty;
  report.add("bytes a job, of batches of 1,000",
             bytes_row("memory: grown while they were created, buffers of RocksDB included",
                       static_cast<double>(jobs), grown));

  GrowthRound round(plan, report, jobs);
  round.beside_small(*daemon, caller);
  daemon->stop();
  daemon.emplace(plan.program, data.path(), caller, kSnapshotEachSecond);
  round.during_snapshots(*daemon, caller);
  daemon->stop();
}

}  // namespace jobledger::bench
