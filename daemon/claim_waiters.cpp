#include "daemon/claim_waiters.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

namespace jobledger::daemon {
namespace {

/// How often clients that have hung up are looked for.
constexpr std::chrono::milliseconds kSweep{250};
/// An entry whose jobs have more different sets of tags than this wakes everybody.
constexpr std::size_t kMaxLabels = 64;

}  // namespace

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
  bool look_again = false;  ///< a job came while it asked
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
  start_sweeping();
  return waiter;
}

bool ClaimWaiters::answered(const Handle& waiter, Answer answer) {
  {
    std::lock_guard lock(mutex_);
    waiter->asking = false;
    if (answer == Answer::nothing && !waiter->time_up) {
      if (waiter->look_again && !waiter->claim.gone()) ask(waiter);
      return false;
    }
    remove(waiter);
  }
  // It may have been woken for a job that it did not take: then the others must look.
  if (answer != Answer::job) wake_all(waiter->claim.team);
  return true;
}

void ClaimWaiters::ask(const Handle& waiter) {
  waiter->asking = true;
  waiter->look_again = false;
  boost::asio::post(io_, [waiter] { waiter->claim.ask(); });
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

ClaimWaiters::Arrivals ClaimWaiters::arrivals_of(const ledger::Entry& entry) const {
  boost::unordered_flat_map<std::uint32_t, std::size_t> by_label;
  Arrivals arrivals;
  state_.read([&] {
    const auto& graph = state_.graph();
    for (const ledger::Event& event : entry.events) {
      if (event.after == ledger::JobStatus::queued && event.before != event.after) {
        ++by_label[graph.row(event.number).label];
      }
    }
    for (const auto& [label, count] : by_label) {
      std::vector<std::string> tags;
      for (std::uint32_t tag : graph.labels().label(label).tags) {
        tags.push_back(graph.labels().tag_name(tag));
      }
      arrivals[std::move(tags)] += count;
    }
  });
  return arrivals;
}

void ClaimWaiters::follow(const ledger::Entry& entry) {
  {
    std::lock_guard lock(mutex_);
    if (!by_team_.contains(entry.envelope.actor.team)) return;
  }
  Arrivals arrivals = arrivals_of(entry);
  if (arrivals.empty()) return;
  // Not on the thread that appends: nobody's command is to wait for this.
  boost::asio::post(io_, [this, team = entry.envelope.actor.team, arrivals = std::move(arrivals)] {
    wake(team, arrivals);
  });
}

void ClaimWaiters::wake(const std::string& team, const Arrivals& arrivals) {
  if (arrivals.size() > kMaxLabels) return wake_all(team);
  std::lock_guard lock(mutex_);
  auto found = by_team_.find(team);
  if (found == by_team_.end()) return;
  for (const auto& [tags, count] : arrivals) wake_some(found->second, tags, count);
}

void ClaimWaiters::wake_some(Waiters& waiters, const std::vector<std::string>& tags,
                             std::size_t count) {
  for (const Handle& waiter : waiters) {
    if (!waiter->matches(tags)) continue;
    if (waiter->asking) {
      waiter->look_again = true;
    } else if (count > 0 && !waiter->claim.gone()) {
      --count;
      ask(waiter);
    }
  }
}

void ClaimWaiters::wake_all(const std::string& team) {
  std::lock_guard lock(mutex_);
  auto found = by_team_.find(team);
  if (found == by_team_.end()) return;
  for (const Handle& waiter : found->second) {
    if (waiter->asking) {
      waiter->look_again = true;
    } else if (!waiter->claim.gone()) {
      ask(waiter);
    }
  }
}

void ClaimWaiters::start_sweeping() {
  if (sweeping_) return;
  sweeping_ = true;
  sweep_timer_.expires_after(kSweep);
  sweep_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) sweep();
  });
}

void ClaimWaiters::sweep() {
  std::vector<Handle> left;
  {
    std::lock_guard lock(mutex_);
    for (auto& [team, waiters] : by_team_) {
      for (const Handle& waiter : waiters) {
        if (!waiter->asking && waiter->claim.gone()) left.push_back(waiter);
      }
    }
    for (const Handle& waiter : left) remove(waiter);
    sweeping_ = false;
    if (!by_team_.empty() && !stopped_) start_sweeping();
  }
  for (const Handle& waiter : left) waiter->claim.expire();
}

std::size_t ClaimWaiters::count() {
  std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [team, waiters] : by_team_) count += waiters.size();
  return count;
}

void ClaimWaiters::stop() {
  std::vector<Handle> all;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [team, waiters] : by_team_) all.insert(all.end(), waiters.begin(), waiters.end());
    boost::asio::post(io_, [this] { sweep_timer_.cancel(); });
  }
  for (const Handle& waiter : all) time_is_up(waiter);
}

}  // namespace jobledger::daemon
