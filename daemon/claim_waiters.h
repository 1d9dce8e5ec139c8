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
/// could take it, the longest waiting first; it then asks the writer again. One that is just asking
/// may have looked too early, so it is told to look once more if it gets nothing.
class ClaimWaiters {
 public:
  /// One waiting claim.
  struct Claim {
    std::string team;
    std::vector<std::string> tags;
    std::function<bool()> gone;    ///< its client has hung up
    std::function<void()> ask;     ///< submits the claim, to be answered by `answered`
    std::function<void()> expire;  ///< the time is up, or the client gone, and no job came
  };
  struct Waiter;
  using Handle = std::shared_ptr<Waiter>;

  ClaimWaiters(boost::asio::io_context& io, const projections::State& state)
      : io_(io), state_(state), sweep_timer_(io) {}

  /// Registers the claim, which counts as asking from now on.
  Handle add(Claim claim, std::chrono::milliseconds wait);
  /// What the writer's answer came to: a job, none yet, or an end of it (a refusal, no room).
  enum class Answer { job, nothing, over };
  /// True if the answer is to be given to the client; false if the claim goes on waiting.
  bool answered(const Handle& waiter, Answer answer);

  /// Follows an entry that has become durable.
  void follow(const ledger::Entry& entry);

  /// How many wait.
  std::size_t count();

  /// Lets every waiting claim expire now.
  void stop();

 private:
  using Waiters = std::list<Handle>;
  /// Jobs that became queued, by their tags.
  using Arrivals = std::map<std::vector<std::string>, std::size_t>;

  Arrivals arrivals_of(const ledger::Entry& entry) const;
  void wake(const std::string& team, const Arrivals& arrivals);
  /// Wakes up to `count` idle waiters that could take a job with these tags.
  void wake_some(Waiters& waiters, const std::vector<std::string>& tags, std::size_t count);
  void wake_all(const std::string& team);
  void ask(const Handle& waiter);
  void time_is_up(const Handle& waiter);
  void remove(const Handle& waiter);
  void start_sweeping();
  void sweep();

  boost::asio::io_context& io_;
  const projections::State& state_;
  std::mutex mutex_;
  std::map<std::string, Waiters, std::less<>> by_team_;
  boost::asio::steady_timer sweep_timer_;
  bool sweeping_ = false;
  bool stopped_ = false;
};

}  // namespace jobledger::daemon
