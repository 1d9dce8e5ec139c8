#include "daemon/claim_waiters.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace jobledger::daemon {

struct ClaimWaiters::Waiter {
  Waiter(boost::asio::io_context& io, Claim of) : claim(std::move(of)), timer(io) {}

  bool matches(const std::vector<std::string>& tags) const {
    if (claim.tags.empty()) return true;
    return std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
      return std::find(claim.tags.begin(), claim.tags.end(), tag) != claim.tags.end();
    });
  }

  Claim claim;
  boost::asio::steady_timer timer;
  bool asking = true;
  /// The tags of jobs that came while it asked, and that it may have missed: if it does not ask
  /// again, others must.
  std::vector<std::vector<std::string>> missed;
  bool time_up = false;
  bool done = false;
};

ClaimWaiters::Handle ClaimWaiters::add(Claim claim, std::chrono::milliseconds wait) {
  auto waiter = std::make_shared<Waiter>(io_, std::move(claim));
  std::lock_guard lock(mutex_);
  by_team_[waiter->claim.team].push_back(waiter);
  waiter->time_up = stopped_;
  waiter->timer.expires_after(wait);
  waiter->timer.async_wait([this, waiter](boost::system::error_code cancelled) {
    if (!cancelled) time_is_up(waiter);
  });
  return waiter;
}

bool ClaimWaiters::answered(const Handle& waiter, bool final) {
  std::vector<std::vector<std::string>> missed;
  {
    std::lock_guard lock(mutex_);
    waiter->asking = false;
    missed = std::exchange(waiter->missed, {});
    if (!final && !waiter->time_up) {
      if (missed.empty()) return false;
      waiter->asking = true;
      boost::asio::post(io_, [waiter] { waiter->claim.ask(); });
      return false;
    }
    remove(waiter);
  }
  for (const std::vector<std::string>& tags : missed) wake_for(waiter->claim.team, tags);
  return true;
}

void ClaimWaiters::remove(const Handle& waiter) {
  waiter->done = true;
  boost::asio::post(io_, [waiter] { waiter->timer.cancel(); });
  auto team = by_team_.find(waiter->claim.team);
  team->second.remove(waiter);
  if (team->second.empty()) by_team_.erase(team);
}

void ClaimWaiters::time_is_up(const Handle& waiter) {
  {
    std::lock_guard lock(mutex_);
    if (waiter->done) return;
    waiter->time_up = true;
    if (waiter->asking) return;  // the answer on its way decides
    remove(waiter);
  }
  waiter->claim.expire();
}

void ClaimWaiters::follow(const ledger::Entry& entry) {
  for (const ledger::Event& event : entry.events) {
    if (event.after != ledger::JobStatus::queued || event.before == event.after) continue;
    std::vector<std::string> tags;
    {
      std::lock_guard lock(mutex_);
      if (!by_team_.contains(entry.envelope.actor.team)) return;
    }
    state_.read([&] {
      const auto& labels = state_.graph().labels();
      for (std::uint32_t tag : labels.label(state_.graph().row(event.number).label).tags) {
        tags.push_back(labels.tag_name(tag));
      }
    });
    wake_for(entry.envelope.actor.team, tags);
  }
}

void ClaimWaiters::wake_for(const std::string& team, const std::vector<std::string>& tags) {
  std::vector<Handle> left;
  {
    std::lock_guard lock(mutex_);
    auto found = by_team_.find(team);
    if (found == by_team_.end()) return;
    bool woken = false;
    for (const Handle& waiter : found->second) {
      if (!waiter->matches(tags)) continue;
      if (waiter->asking) {
        waiter->missed.push_back(tags);
      } else if (!woken && waiter->claim.gone()) {
        left.push_back(waiter);
      } else if (!woken) {
        woken = true;
        waiter->asking = true;
        boost::asio::post(io_, [waiter] { waiter->claim.ask(); });
      }
    }
    for (const Handle& waiter : left) remove(waiter);
  }
  for (const Handle& waiter : left) waiter->claim.expire();
}

void ClaimWaiters::stop() {
  std::vector<Handle> all;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [team, waiters] : by_team_) all.insert(all.end(), waiters.begin(), waiters.end());
  }
  for (const Handle& waiter : all) time_is_up(waiter);
}

}  // namespace jobledger::daemon
