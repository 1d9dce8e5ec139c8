#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/metrics/counters.h"
#include "daemon/metrics/registry.h"

namespace prometheus {
class Histogram;
}

namespace jobledger::daemon::metrics {

/// Counts and times requests by the pattern of their route, never by their path, which anybody may
/// choose. No lock is shared by requests of different routes.
class Requests {
 public:
  struct Route {
    std::string_view method;
    std::string_view pattern;
  };
  /// Why a request was not served that might have been at another time.
  enum class Shed { queue_full, disk_full, shutting_down, team_rate, address_rate, server_limits };

  Requests(Registry& registry, const std::vector<Route>& routes);
  ~Requests();

  void shed(Shed why) { shed_.add(static_cast<std::size_t>(why)); }
  /// The answer to bytes that came to no request.
  void unreadable(int status) { unreadable_.add(place_of(status)); }
  /// The answer to a request whose body was not read. nullopt: no route is for it.
  void refused(std::optional<std::size_t> route, int status);

  /// One request on its way, from when it was read to its answer. One that is let go without an
  /// answer counts as in flight no more. Of one thread at a time.
  class Timer {
   public:
    using Clock = std::chrono::steady_clock;

    explicit Timer(Requests& requests) : requests_(requests), begun_(Clock::now()) {
      requests_.in_flight_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Timer() { end(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// As numbered at construction.
    void set_route(std::size_t route) { route_ = route; }
    /// How long it took.
    std::chrono::duration<double> answered(int status);

   private:
    void end();

    Requests& requests_;
    const Clock::time_point begun_;
    std::optional<std::size_t> route_;
    bool ended_ = false;
  };

 private:
  /// What is kept of a route.
  struct Kept;
  static std::size_t place_of(int status);
  Kept& kept(std::optional<std::size_t> route) { return *kept_[route.value_or(kept_.size() - 1)]; }

  std::atomic<std::int64_t> in_flight_ = 0;
  Counters shed_;
  Counters unreadable_;
  std::vector<std::unique_ptr<Kept>> kept_;  ///< the last is of requests without a route
};

}  // namespace jobledger::daemon::metrics
