#include "daemon/lease_clock.h"

#include <pthread.h>

namespace jobledger::daemon {
namespace {

constexpr std::chrono::seconds kAskAgain{1};

}  // namespace

LeaseClock::LeaseClock(std::function<bool(const Lease&)> expire, std::chrono::seconds grace)
    : expire_(std::move(expire)), grace_(grace) {
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
  ledger::JobId job = lease.job;
  auto known = running_.find(job);
  if (known != running_.end()) drop_deadline(known->second);
  Clock::time_point deadline = lease.length == kEndless ? kNever : Clock::now() + lease.length;
  auto [it, is_new] = running_.insert_or_assign(job, Running{std::move(lease), kNever});
  set_deadline(it->second, deadline);
}

void LeaseClock::set_deadline(Running& running, Clock::time_point deadline) {
  running.deadline = deadline;
  if (deadline == kNever) return;
  deadlines_.emplace(deadline, running.lease.job);
  if (deadlines_.begin()->second == running.lease.job) wakes_.notify_one();
}

void LeaseClock::stop_asked(ledger::JobId job) {
  std::lock_guard lock(mutex_);
  auto known = running_.find(job);
  if (known == running_.end() || known->second.deadline != kNever) return;
  set_deadline(known->second, Clock::now() + grace_);
}

void LeaseClock::stop_withdrawn(ledger::JobId job) {
  std::lock_guard lock(mutex_);
  auto known = running_.find(job);
  if (known == running_.end() || known->second.lease.length != kEndless) return;
  drop_deadline(known->second);
  known->second.deadline = kNever;
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
  Running& running = known->second;
  if (running.lease.length == kEndless) return kEndless;
  drop_deadline(running);
  set_deadline(running, Clock::now() + running.lease.length);
  return running.lease.length;
}

std::size_t LeaseClock::count() {
  std::lock_guard lock(mutex_);
  return running_.size();
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
    } else if (event.kind == ledger::EventKind::stop_requested) {
      stop_asked(event.subject);
    } else if (event.kind == ledger::EventKind::stop_withdrawn) {
      stop_withdrawn(event.subject);
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
