#include "daemon/http/memory_budget.h"

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
// do then may come back here.
bool MemoryBudget::resize(Hold& hold, std::uint64_t bytes) {
  LetGo let_go;
  bool has_room = true;
  {
    std::lock_guard lock(mutex_);
    if (bytes > hold.bytes_ && !hold.let_go_) {
      has_room = make_room(hold, bytes - hold.bytes_, let_go);
    }
    if (has_room) set(hold, bytes);
  }
  for (const auto& holder : let_go) holder->give_up();
  return has_room;
}

void MemoryBudget::hand_over(Hold& from, Hold& to, std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  set(from, 0);
  set(to, bytes);
}

bool MemoryBudget::make_room(const Hold& wanting, std::uint64_t bytes, LetGo& let_go) {
  if (wanting.bytes_ + bytes > most_) return false;
  const auto latest = Clock::now() - grace_;
  for (auto next = listed_.begin(); held_ + bytes > most_ && next != listed_.end();) {
    Hold& oldest = **next++;
    if (&oldest == &wanting) continue;
    if (oldest.began_ > latest) break;
    auto holder = oldest.holder_.lock();
    if (!holder) continue;  // it is about to give it back
    listed_.erase(oldest.place_);
    oldest.listed_ = false;
    oldest.let_go_ = true;
    held_ -= oldest.bytes_;
    let_go.push_back(std::move(holder));
  }
  return held_ + bytes <= most_;
}

void MemoryBudget::set(Hold& hold, std::uint64_t bytes) {
  if (!hold.let_go_) held_ = held_ - hold.bytes_ + bytes;
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
