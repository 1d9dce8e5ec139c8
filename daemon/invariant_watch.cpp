#include "daemon/invariant_watch.h"

#include <pthread.h>

#include "daemon/logging.h"
#include "projections/violations.h"

namespace jobledger::daemon {

InvariantWatch::InvariantWatch(const projections::State& state, std::chrono::seconds interval)
    : state_(state), interval_(interval) {
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "invariants");
}

InvariantWatch::~InvariantWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void InvariantWatch::loop() {
  do {
    count();
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, interval_, [this] { return stopping_; });
  } while (!stopping());
}

void InvariantWatch::count() {
  auto found = projections::count_violations(state_, [this] { return stopping(); });
  if (!found) return;
  violations_ = found->total();
  if (found->total() == 0) return;
  log::error("invariants do not hold; see jobledger verify --invariants",
             {{"waiting_parents", found->waiting_parents}, {"batches", found->batches}});
}

bool InvariantWatch::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

}  // namespace jobledger::daemon
