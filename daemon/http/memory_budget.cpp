#include "daemon/http/memory_budget.h"

#include <algorithm>
#include <utility>

namespace jobledger::daemon::http {

MemoryBudget::Hold::Hold(std::shared_ptr<MemoryBudget> budget, std::weak_ptr<Holder> holder)
    : budget_(std::move(budget)), holder_(std::move(holder)) {}

bool MemoryBudget::Hold::is_let_go() const {
  std::lock_guard lock(budget_->mutex_);
  return let_go_;
}

std::uint64_t MemoryBudget::held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

// Those that are let go are told, and their last references dropped, without the lock: what they
// do then may come back here, and may make the room that was missing.
bool MemoryBudget::resize(Hold& hold, std::uint64_t bytes) {
  LetGo let_go;
  bool fits = try_resize(hold, bytes, let_go);
  for (const auto& holder : let_go) holder->give_up();
  if (fits || let_go.empty()) return fits;
  LetGo more;
  fits = try_resize(hold, bytes, more);
  for (const auto& holder : more) holder->give_up();
  return fits;
}

bool MemoryBudget::try_resize(Hold& hold, std::uint64_t bytes, LetGo& let_go) {
  std::lock_guard lock(mutex_);
  if (bytes > hold.bytes_) {
    if (bytes > most_) return false;
    const std::uint64_t more = bytes - hold.bytes_;
    make_room(hold, more, let_go);
    if (!has_room(more)) return false;
  }
  set(hold, bytes);
  return true;
}

// What is let go takes a while to be given back: while many are, a little more than there is may
// be held, not all that they still have.
bool MemoryBudget::has_room(std::uint64_t bytes) const {
  return held_ - std::min(leaving_, most_ / 8) + bytes <= most_;
}

void MemoryBudget::hand_over(Hold& from, Hold& to, std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  set(from, 0);
  set(to, bytes);
}

void MemoryBudget::make_room(const Hold& wanting, std::uint64_t bytes, LetGo& let_go) {
  const auto latest = Clock::now() - grace_;
  auto next = listed_.begin();
  while (held_ - leaving_ + bytes > most_ && next != listed_.end()) {
    Hold& oldest = **next++;
    if (&oldest == &wanting) continue;
    if (oldest.began_ > latest) break;
    auto holder = oldest.holder_.lock();
    if (!holder) continue;  // it is about to give it back
    listed_.erase(oldest.place_);
    oldest.listed_ = false;
    oldest.let_go_ = true;
    leaving_ += oldest.bytes_;
    let_go.push_back(std::move(holder));
  }
}

void MemoryBudget::set(Hold& hold, std::uint64_t bytes) {
  held_ = held_ - hold.bytes_ + bytes;
  if (hold.let_go_) leaving_ = leaving_ - hold.bytes_ + bytes;
  hold.bytes_ = bytes;
  if (bytes == 0) hold.let_go_ = false;
  const bool is_to_be_listed = bytes > 0 && !hold.let_go_ && !hold.holder_.expired();
  if (is_to_be_listed == hold.listed_) return;
  hold.listed_ = is_to_be_listed;
  if (!is_to_be_listed) {
    listed_.erase(hold.place_);
    return;
  }
  hold.began_ = Clock::now();
  hold.place_ = listed_.insert(listed_.end(), &hold);
}

}  // namespace jobledger::daemon::http
