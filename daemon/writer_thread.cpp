#include "daemon/writer_thread.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace jobledger::daemon {

WriterThread::WriterThread(ledger::Writer& writer, ledger::Store& store, Limits limits, Hooks hooks)
    : writer_(writer),
      store_(store),
      limits_(limits),
      hooks_(std::move(hooks)),
      unanswered_(std::make_shared<InWork>(limits.in_work)) {
  decide_thread_ = std::thread([this] { decide_loop(); });
  append_thread_ = std::thread([this] { append_loop(); });
  pthread_setname_np(decide_thread_.native_handle(), "writer");
  pthread_setname_np(append_thread_.native_handle(), "log");
}

WriterThread::~WriterThread() {
  stop();
}

WriterThread::Intake WriterThread::submit(ledger::Submission submission, Completion completion,
                                          Caller caller) {
  std::unique_lock lock(mutex_);
  if (const Intake may = intake(); may != Intake::open) return may;
  unanswered_->take(submission.body.size(), hooks_.now());
  if (++in_work_ == 1 && last_group_ <= 1 && caller == Caller::may_be_kept) {
    kept_ = true;
    lock.unlock();
    carry_out(std::move(submission), std::move(completion));
    return Intake::open;
  }
  queue_.push_back({std::move(submission), std::move(completion)});
  const bool is_first = queue_.size() == 1;  // those behind it are found with it
  lock.unlock();
  if (is_first) decide_wakes_.notify_one();
  return Intake::open;
}

WriterThread::Intake WriterThread::intake() const {
  switch (mode_) {
    case Mode::full:
      return Intake::disk_full;
    case Mode::failed:
      return Intake::closed;
    case Mode::writing:
      break;
  }
  if (stopping_) return Intake::closed;
  return unanswered_->is_full(hooks_.now()) ? Intake::full : Intake::open;
}

void WriterThread::carry_out(ledger::Submission submission, Completion completion) noexcept {
  Group group(store_);
  group.completions.push_back(std::move(completion));
  writer_.extend(group.prepared, {&submission, 1});
  writer_.close(group.prepared);
  for (const auto& call : append(group)) call();
}

void WriterThread::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  decide_wakes_.notify_all();
  append_wakes_.notify_all();
  if (decide_thread_.joinable()) decide_thread_.join();
  if (append_thread_.joinable()) append_thread_.join();
}

WriterThread::Pulse WriterThread::pulse() const {
  std::lock_guard lock(mutex_);
  return {in_work_, queue_.size(), groups_};
}

/// All of it as a rule, and without moving each: whoever submits waits for the lock meanwhile.
std::deque<WriterThread::Waiting> WriterThread::take_waiting() {
  std::size_t count = 0;
  for (std::size_t bytes = 0; count < std::min(queue_.size(), limits_.group_commands); ++count) {
    if (bytes >= limits_.group_bytes) break;
    bytes += queue_[count].submission.body.size();
  }
  if (count == queue_.size()) return std::exchange(queue_, {});
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  std::deque<Waiting> taken(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return taken;
}

bool WriterThread::has_room(const std::optional<Group>& open) const {
  return !open ||
         (open->completions.size() < limits_.group_commands && open->bytes < limits_.group_bytes);
}

bool WriterThread::is_decider_needed(const std::optional<Group>& open) const {
  if (mode_ == Mode::failed) return !kept_;
  if (mode_ == Mode::full) return !kept_ && !standing_by_;
  if (open && is_log_idle()) return true;
  return has_room(open) && !kept_ && (!queue_.empty() || (stopping_ && !open));
}

void WriterThread::decide_loop() {
  std::optional<Group> open;
  while (true) {
    std::deque<Waiting> taken;
    Mode mode;
    {
      std::unique_lock lock(mutex_);
      decide_wakes_.wait(lock, [&] { return is_decider_needed(open); });
      mode = mode_;
      if (mode == Mode::writing) {
        if (open && is_log_idle()) {
          writer_.close(open->prepared);
          handed_ = std::exchange(open, std::nullopt);
          append_wakes_.notify_one();
        }
        taken = take_waiting();
        if (stopping_ && taken.empty() && !open) break;
      }
    }
    if (mode == Mode::failed) break;
    if (mode == Mode::full) stand_by(std::exchange(open, std::nullopt));
    if (!taken.empty()) decide(std::move(taken), open);
  }
  give_up(std::move(open));
}

void WriterThread::decide(std::deque<Waiting> taken, std::optional<Group>& open) {
  std::vector<ledger::Submission> submissions;
  submissions.reserve(taken.size());
  if (!open) open.emplace(store_);
  for (Waiting& each : taken) {
    open->bytes += each.submission.body.size();
    submissions.push_back(std::move(each.submission));
    open->completions.push_back(std::move(each.completion));
  }
  writer_.extend(open->prepared, submissions);
}

/// After a failure what was decided is not on disk, and what waits will never be decided.
void WriterThread::give_up(std::optional<Group> open) {
  std::vector<std::function<void()>> lost;
  auto lose = [&](Completion& completion) {
    lost.push_back(telling(std::move(completion), OutcomeUnknown{"the log has failed"}));
  };
  if (open) {
    for (Completion& completion : open->completions) lose(completion);
  }
  {
    std::lock_guard lock(mutex_);
    for (Waiting& each : queue_) lose(each.completion);
    queue_.clear();
    decided_all_ = true;
  }
  append_wakes_.notify_one();
  if (!lost.empty()) hooks_.deliver(std::move(lost));
}

void WriterThread::append_loop() {
  constexpr std::chrono::milliseconds kLook{250};
  while (true) {
    std::optional<Group> group;
    {
      std::unique_lock lock(mutex_);
      appending_ = false;
      decide_wakes_.notify_one();
      append_wakes_.wait_for(lock, kLook, [&] { return handed_ || decided_all_ || standing_by_; });
      if (!handed_ && decided_all_) return;
      group = std::exchange(handed_, std::nullopt);
      appending_ = group.has_value();
    }
    if (group) {
      hooks_.deliver(append(*group));
    } else {
      notice_trouble();
    }
    wait_for_room();
  }
}

std::function<void()> WriterThread::telling(Completion completion, Outcome outcome) const {
  std::shared_ptr<void> place(nullptr, [work = unanswered_](void*) { work->answered(); });
  return [call = std::move(completion), outcome = std::move(outcome),
          place = std::move(place)]() mutable {
    call(std::move(outcome));
    place.reset();
  };
}

std::vector<std::function<void()>> WriterThread::append(Group& group) {
  const bool has_rows = !group.prepared.batch.empty();
  const auto begun = std::chrono::steady_clock::now();
  ledger::Status written = writer_.append(group.prepared);
  hooks_.written(
      {group.completions.size(), has_rows && written, std::chrono::steady_clock::now() - begun});
  if (written) hooks_.appended(group.prepared.receipts);
  const bool full = !written && store_.condition() == ledger::StoreCondition::full;
  {
    std::lock_guard lock(mutex_);
    last_group_ = group.completions.size();
    in_work_ -= last_group_;
    ++groups_;
    if (!written) mode_ = full ? Mode::full : Mode::failed;
    if (full) held_.push_back(std::move(group.prepared));
    // In one step with `in_work_`, from which the next command sees that it is alone: that one may
    // be kept at once. Told under the lock: once `stop` sees this, there may be nobody to tell.
    const bool was_kept = std::exchange(kept_, false);
    if (full || (was_kept && (!written || !queue_.empty() || stopping_))) {
      decide_wakes_.notify_one();
    }
  }
  std::vector<std::function<void()>> done;
  done.reserve(group.completions.size());
  for (std::size_t i = 0; i < group.completions.size(); ++i) {
    Outcome outcome = written ? Outcome(std::move(group.prepared.receipts[i]))
                              : Outcome(OutcomeUnknown{written.error().message});
    done.push_back(telling(std::move(group.completions[i]), std::move(outcome)));
  }
  if (!written && !full) hooks_.failed(written.error().message);
  return done;
}

}  // namespace jobledger::daemon
