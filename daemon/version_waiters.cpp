#include "daemon/version_waiters.h"

#include <boost/asio/post.hpp>
#include <vector>

namespace jobledger::daemon {

void VersionWaiters::wait(std::uint64_t version, const std::function<std::uint64_t()>& published,
                          std::function<void(bool)> done) {
  auto waiter = std::make_shared<Waiter>(io_, std::move(done));
  waiter->timer.expires_after(bound_);
  {
    std::lock_guard lock(mutex_);
    waiters_.emplace(version, waiter);
    waiter->timer.async_wait([this, version, waiter](boost::system::error_code cancelled) {
      if (!cancelled) give_up(version, waiter);
    });
  }
  publish(published());
}

void VersionWaiters::publish(std::uint64_t version) {
  std::vector<std::shared_ptr<Waiter>> ready;
  {
    std::lock_guard lock(mutex_);
    auto last = waiters_.upper_bound(version);
    for (auto it = waiters_.begin(); it != last; ++it) ready.push_back(it->second);
    waiters_.erase(waiters_.begin(), last);
  }
  for (std::shared_ptr<Waiter>& waiter : ready) {
    boost::asio::post(io_, [waiter] {
      waiter->timer.cancel();
      waiter->done(true);
    });
  }
}

void VersionWaiters::give_up(std::uint64_t version, const std::shared_ptr<Waiter>& waiter) {
  {
    std::lock_guard lock(mutex_);
    auto [it, last] = waiters_.equal_range(version);
    while (it != last && it->second != waiter) ++it;
    if (it == last) return;  // published at the same moment
    waiters_.erase(it);
  }
  waiter->done(false);
}

}  // namespace jobledger::daemon
