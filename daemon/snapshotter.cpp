#include "daemon/snapshotter.h"

#include <pthread.h>

#include <algorithm>

#include "daemon/logging.h"

namespace jobledger::daemon {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kWork{2};
constexpr int kRest = 9;                                ///< times the work before it
constexpr std::chrono::milliseconds kLongestRest{200};  ///< what took longer may have waited itself

}  // namespace

Snapshotter::Snapshotter(projections::Snapshots& snapshots, projections::State& state,
                         std::uint64_t taken, Pace pace)
    : snapshots_(snapshots), state_(state), pace_(pace), taken_{.version = taken} {
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "snapshots");
}

Snapshotter::~Snapshotter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void Snapshotter::loop() {
  std::unique_lock lock(mutex_);
  Clock::time_point next = Clock::now() + pace_.interval;
  while (!wakes_.wait_until(lock, next, [this] { return stopping_; })) {
    next = Clock::now() + pace_.interval;
    if (state_.version() < taken_.version + pace_.entries) continue;
    lock.unlock();
    take();
    lock.lock();
  }
}

void Snapshotter::take() {
  const Clock::time_point begun = Clock::now();
  rested_ = begun;
  auto saved =
      snapshots_.save(state_, {.durable = [this](auto version) { return wait_durable(version); },
                               .go_on = [this] { return rest(); }});
  if (!saved && is_stopping()) return;
  Taken now = taken();
  if (!saved) {
    ++now.failed;
    note(now);
    log::warn("no snapshot was taken; the next start folds more of the log",
              {{"why", saved.error().message}});
    return;
  }
  std::chrono::duration<double> took = Clock::now() - begun;
  now.version = *saved;
  ++now.count;
  now.seconds = took.count();
  note(now);
  log::info("took a snapshot", {{"version", now.version}, {"seconds", now.seconds}});
}

Snapshotter::Taken Snapshotter::taken() const {
  std::lock_guard lock(mutex_);
  return taken_;
}

void Snapshotter::note(Taken now) {
  std::lock_guard lock(mutex_);
  taken_ = now;
}

bool Snapshotter::is_stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

bool Snapshotter::wait_durable(std::uint64_t version) {
  constexpr std::chrono::milliseconds kLook{20};
  std::unique_lock lock(mutex_);
  while (state_.version() < version && !stopping_) wakes_.wait_for(lock, kLook);
  return state_.version() >= version;
}

bool Snapshotter::rest() {
  const Clock::duration worked = Clock::now() - rested_;
  if (worked < kWork) return true;
  std::unique_lock lock(mutex_);
  const Clock::duration pause = std::min<Clock::duration>(kRest * worked, kLongestRest);
  bool stops = wakes_.wait_for(lock, pause, [this] { return stopping_; });
  rested_ = Clock::now();
  return !stops;
}

}  // namespace jobledger::daemon
