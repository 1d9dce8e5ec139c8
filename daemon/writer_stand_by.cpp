#include <chrono>
#include <utility>

#include "daemon/writer_thread.h"

// What the two threads do while the disk is full. The writer's thread refuses what waits, and keeps
// away from the store; the log's tries to go on where it was.

namespace jobledger::daemon {

using ledger::StoreCondition;

void WriterThread::stand_by(std::optional<Group> open) {
  std::vector<std::function<void()>> told;
  if (open) writer_.close(open->prepared);
  {
    std::lock_guard lock(mutex_);
    if (open) {
      for (Completion& completion : open->completions) {
        told.push_back(telling(std::move(completion), OutcomeUnknown{"the disk is full"}));
      }
      held_.push_back(std::move(open->prepared));
    }
    for (Waiting& each : queue_) {
      told.push_back(telling(std::move(each.completion), DiskFull{}));
    }
    queue_.clear();
    in_work_ -= told.size();
    standing_by_ = true;
  }
  append_wakes_.notify_one();
  if (!told.empty()) hooks_.deliver(std::move(told));
}

/// RocksDB's own work may be the first to find the disk full, or the database damaged.
void WriterThread::notice_trouble() {
  const StoreCondition condition = store_.condition();
  if (condition == StoreCondition::writable) return;
  {
    std::lock_guard lock(mutex_);
    // What is in work will be told by its write.
    if (handed_ || kept_ || decided_all_ || mode_ != Mode::writing) return;
    mode_ = condition == StoreCondition::full ? Mode::full : Mode::failed;
  }
  decide_wakes_.notify_one();
  if (condition == StoreCondition::failed) hooks_.failed("the database failed in the background");
}

void WriterThread::wait_for_room() {
  constexpr std::chrono::milliseconds kPause{500};
  std::unique_lock lock(mutex_);
  if (mode_ != Mode::full) return;
  append_wakes_.wait(lock, [&] { return standing_by_ || decided_all_; });
  lock.unlock();
  std::string why_not = try_to_resume();
  const bool told = !why_not.empty();
  if (told) hooks_.read_only(why_not);
  lock.lock();
  while (!why_not.empty() && store_.condition() == StoreCondition::full &&
         !append_wakes_.wait_for(lock, kPause, [&] { return stopping_.load(); })) {
    lock.unlock();
    why_not = try_to_resume();
    lock.lock();
  }
  // What is still held when the daemon stops was promised to nobody.
  const bool failed = !why_not.empty() && (!held_.empty() || !stopping_);
  mode_ = why_not.empty() ? Mode::writing : Mode::failed;
  standing_by_ = false;
  lock.unlock();
  decide_wakes_.notify_one();
  if (told && why_not.empty()) hooks_.read_only("");
  if (failed) hooks_.failed(why_not);
}

std::string WriterThread::try_to_resume() {
  ledger::Status resumed = writer_.resume(
      held_, [&](const ledger::PreparedGroup& group) { hooks_.appended(group.receipts); });
  return resumed ? std::string() : resumed.error().message;
}

}  // namespace jobledger::daemon
