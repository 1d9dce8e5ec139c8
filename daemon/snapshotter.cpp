#include "daemon/snapshotter.h"

#include <pthread.h>

#include "daemon/logging.h"

namespace jobledger::daemon {

Snapshotter::Snapshotter(projections::Snapshots& snapshots, projections::State& state,
                         std::uint64_t taken, Pace pace)
    : snapshots_(snapshots), state_(state), taken_(taken), pace_(pace) {
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
  while (!wakes_.wait_for(lock, pace_.interval, [this] { return stopping_; })) {
    if (state_.version() < taken_ + pace_.entries) continue;
    lock.unlock();
    take();
    lock.lock();
  }
}

void Snapshotter::take() {
  auto begun = std::chrono::steady_clock::now();
  auto saved =
      snapshots_.save(state_, [this](std::uint64_t version) { return wait_durable(version); });
  if (!saved) {
    log::warn("no snapshot was taken; the next start folds more of the log",
              {{"why", saved.error().message}});
    return;
  }
  taken_ = *saved;
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  log::info("took a snapshot", {{"version", taken_}, {"seconds", took.count()}});
}

bool Snapshotter::wait_durable(std::uint64_t version) {
  constexpr std::chrono::milliseconds kLook{20};
  std::unique_lock lock(mutex_);
  while (state_.version() < version && !stopping_) wakes_.wait_for(lock, kLook);
  return state_.version() >= version;
}

}  // namespace jobledger::daemon
