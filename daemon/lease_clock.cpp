#include "daemon/lease_clock.h"

#include <pthread.h>

namespace jobledger::daemon {
namespace {

constexpr std::chrono::seconds kAskAgain{1};

}  // namespace

LeaseClock::LeaseClock(std::function<bool(const Lease&)> expire) : expire_(std::move(expire)) {
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "leases");
}

LeaseClock::~LeaseClock() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void LeaseClock::start(Lease lease) {
  std::lock_guard lock(mutex_);
  auto known = running_.find(lease.job);
  if (known != running_.end()) drop_deadline(known->second);
  Clock::time_point deadline = Clock::now() + lease.length;
  ledger::JobId job = lease.job;
  running_.insert_or_assign(job, Running{std::move(lease), deadline});
  deadlines_.emplace(deadline, job);
  if (deadlines_.begin()->second == job) wakes_.notify_one();
}

void LeaseClock::end(ledger::JobId job) {
  std::lock_guard lock(mutex_);
  auto known = running_.find(job);
  if (known == running_.end()) return;
  drop_deadline(known->second);
  running_.erase(known);
}

std::optional<std::chrono::seconds> LeaseClock::extend(ledger::JobId job, ledger::LeaseId lease) {
  std::lock_guard lock(mutex_);
  auto known = running_.find(job);
  if (known == running_.end() || known->second.lease.lease != lease) return std::nullopt;
  drop_deadline(known->second);
  known->second.deadline = Clock::now() + known->second.lease.length;
  deadlines_.emplace(known->second.deadline, job);
  return known->second.lease.length;
}

void LeaseClock::drop_deadline(const Running& running) {
  auto [it, last] = deadlines_.equal_range(running.deadline);
  while (it != last && it->second != running.lease.job) ++it;
  if (it != last) deadlines_.erase(it);
}

void LeaseClock::follow(const ledger::Entry& entry) {
  for (const ledger::Event& event : entry.events) {
    if (event.kind == ledger::EventKind::job_claimed) {
      const auto& claim = event.as<ledger::ClaimDetail>();
      start({entry.envelope.actor.team, event.subject, claim.lease,
             std::chrono::seconds(claim.lease_seconds)});
    } else if (event.before == ledger::JobStatus::rendering &&
               event.after != ledger::JobStatus::rendering) {
      end(event.subject);
    }
  }
}

void LeaseClock::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (deadlines_.empty()) {
      wakes_.wait(lock);
      continue;
    }
    auto first = deadlines_.begin();
    if (first->first > Clock::now()) {
      wakes_.wait_until(lock, Clock::time_point(first->first));
      continue;
    }
    // From here on the lease is over for its worker, so that no heartbeat can be told otherwise
    // while the command is on its way.
    auto known = running_.find(first->second);
    deadlines_.erase(first);
    JL_ASSERT(known != running_.end());
    Running ended = std::move(known->second);
    running_.erase(known);
    lock.unlock();
    bool taken = expire_(ended.lease);
    if (!taken) ask_again(std::move(ended.lease));
    lock.lock();
  }
}

void LeaseClock::ask_again(Lease lease) {
  std::lock_guard lock(mutex_);
  if (running_.contains(lease.job)) return;
  Clock::time_point deadline = Clock::now() + kAskAgain;
  ledger::JobId job = lease.job;
  deadlines_.emplace(deadline, job);
  running_.emplace(job, Running{std::move(lease), deadline});
  if (deadlines_.begin()->second == job) wakes_.notify_one();
}

}  // namespace jobledger::daemon
