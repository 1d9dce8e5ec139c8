#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "ledger/entry.h"
#include "projections/id_map.h"
#include "projections/job_graph.h"

namespace jobledger::daemon {

/// Which leases run, and until when, on the monotonic clock. Nothing of this is in the log: a
/// restart gives each lease its full time again, and only its end is a command.
class LeaseClock {
 public:
  static constexpr std::chrono::seconds kEndless{ledger::kEndlessLease};

  struct Lease {
    std::string team;
    ledger::JobId job;
    ledger::LeaseId lease;
    std::chrono::seconds length;
  };
  /// `expire` asks for a lease's end on the clock's own thread; false if it cannot be taken now,
  /// then it is asked again in a while.
  /// A lease without an end gets one when its worker is asked to stop: `grace` from then on.
  LeaseClock(std::function<bool(const Lease&)> expire, std::chrono::seconds grace);
  ~LeaseClock();

  /// Starts or restarts the lease that holds the job.
  void start(Lease lease);
  /// The end of a lease was taken, but nothing came of it: it is asked for again in a while.
  void ask_again(Lease lease);
  /// The worker of the job was asked to stop, or that was taken back.
  void stop_asked(ledger::JobId job);
  void stop_withdrawn(ledger::JobId job);
  /// The job is held no more.
  void end(ledger::JobId job);
  /// Gives the lease its full length from now: how long it has, kEndless if it has no end. nullopt
  /// if it does not hold the job, or has ended.
  std::optional<std::chrono::seconds> extend(ledger::JobId job, ledger::LeaseId lease);

  /// How many run.
  std::size_t count();

  /// Follows an entry that has become durable.
  void follow(const ledger::Entry& entry);

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    Lease lease;
    Clock::time_point deadline;
  };

  void loop();
  void set_deadline(Running& running, Clock::time_point deadline);
  void drop_deadline(const Running& running);

  static constexpr Clock::time_point kNever = Clock::time_point::max();

  const std::function<bool(const Lease&)> expire_;
  const std::chrono::seconds grace_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  boost::unordered_flat_map<ledger::JobId, Running, projections::UlidHash> running_;
  std::multimap<Clock::time_point, ledger::JobId> deadlines_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobledger::daemon
