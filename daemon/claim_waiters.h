#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "projections/state.h"

namespace jobledger::daemon {

/// Claims that found no job and wait for one. Each job that becomes queued wakes one of those that
/// could take it, the longest waiting first; it then asks the writer again.
class ClaimWaiters {
 public:
  /// One waiting claim.
  struct Claim {
    std::string team;
    std::vector<std::string> tags;
    std::function<bool()> gone;    ///< its client has hung up
    std::function<void()> ask;     ///< submits the claim, to be answered by `answered`
    std::function<void()> expire;  ///< the time is up and no job came
  };
  struct Waiter;
  using Handle = std::shared_ptr<Waiter>;

  ClaimWaiters(boost::asio::io_context& io, const projections::State& state)
      : io_(io), state_(state) {}

  /// Registers the claim, which counts as asking from now on: what is queued after this wakes it.
  Handle add(Claim claim, std::chrono::milliseconds wait);
  /// The writer's answer has come. True if it is to be given to the client (a job, a refusal, or
  /// the time is up); false if the claim goes on waiting, or asks again.
  bool answered(const Handle& waiter, bool final);

  /// Follows an entry that has become durable.
  void follow(const ledger::Entry& entry);

  /// Lets every waiting claim expire now.
  void stop();

 private:
  using Waiters = std::list<Handle>;

  void wake_for(const std::string& team, const std::vector<std::string>& tags);
  void time_is_up(const Handle& waiter);
  void remove(const Handle& waiter);

  boost::asio::io_context& io_;
  const projections::State& state_;
  std::mutex mutex_;
  std::map<std::string, Waiters, std::less<>> by_team_;
  bool stopped_ = false;
};

}  // namespace jobledger::daemon
