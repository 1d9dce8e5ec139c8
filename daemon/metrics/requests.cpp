#include "daemon/metrics/requests.h"

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "daemon/metrics/samples.h"

namespace jobledger::daemon::metrics {
namespace {

constexpr int kFirstStatus = 200;
constexpr int kLastStatus = 599;
constexpr std::size_t kStatuses = kLastStatus - kFirstStatus + 1;

/// In seconds: a read takes some microseconds, a command a sync, a claim may wait for a minute.
const prometheus::Histogram::BucketBoundaries kDurations = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60};

constexpr std::array<std::string_view, 6> kSheds = {"queue_full", "disk_full",    "shutting_down",
                                                    "team_rate",  "address_rate", "server_limits"};

std::string status_text(std::size_t place) {
  return std::to_string(place + kFirstStatus);
}

}  // namespace

struct Requests::Kept {
  Kept(Registry& registry, std::string_view method, std::string_view pattern)
      : labels{{"method", std::string(method)}, {"route", std::string(pattern)}},
        answers(registry, "jobledger_http_requests_total",
                "Requests that were answered, by the pattern of their route.", kStatuses,
                [this](std::size_t place) {
                  Labels all = labels;
                  all.emplace("status", status_text(place));
                  return all;
                }),
        durations(prometheus::BuildHistogram()
                      .Name("jobledger_http_request_duration_seconds")
                      .Help("From when a request was read whole to its answer, waits that it asked "
                            "for included; of a stream to its first byte.")
                      .Register(registry.counted())) {}

  void count(int status) { answers.add(place_of(status)); }

  /// Not there before the first request: most daemons use a few routes alone, and each has many
  /// lines.
  void observe(double seconds) {
    prometheus::Histogram* found = duration.load(std::memory_order_acquire);
    if (!found) {
      found = &durations.Add(labels, kDurations);
      duration.store(found, std::memory_order_release);
    }
    found->Observe(seconds);
  }

  const Labels labels;
  Counters answers;
  prometheus::Family<prometheus::Histogram>& durations;
  std::atomic<prometheus::Histogram*> duration = nullptr;
};

Requests::Requests(Registry& registry, const std::vector<Route>& routes)
    : shed_(registry, "jobledger_requests_shed_total",
            "Requests that were refused because there was too much to do, or none could be done.",
            kSheds.size(),
            [](std::size_t why) {
              return Labels{{"reason", std::string(kSheds[why])}};
            }),
      unreadable_(registry, "jobledger_http_unreadable_requests_total",
                  "Answers to what came to no request: malformed, too large, too slow, or one "
                  "connection too many.",
                  kStatuses, [](std::size_t place) {
                    return Labels{{"status", status_text(place)}};
                  }) {
  for (std::size_t why = 0; why < kSheds.size(); ++why) shed_.make(why);
  for (const Route& route : routes) {
    kept_.push_back(std::make_unique<Kept>(registry, route.method, route.pattern));
  }
  kept_.push_back(std::make_unique<Kept>(registry, "any", "unmatched"));
  registry.add([this](Samples& samples) {
    samples.gauge("jobledger_http_requests_in_flight", "Requests that were read and not answered.",
                  static_cast<double>(in_flight_.load(std::memory_order_relaxed)));
  });
}
Requests::~Requests() = default;

std::size_t Requests::place_of(int status) {
  return static_cast<std::size_t>(std::clamp(status, kFirstStatus, kLastStatus) - kFirstStatus);
}

void Requests::refused(std::optional<std::size_t> route, int status) {
  kept(route).count(status);
}

std::chrono::duration<double> Requests::Timer::answered(int status) {
  const std::chrono::duration<double> took = Clock::now() - begun_;
  if (ended_) return took;
  Kept& kept = requests_.kept(route_);
  kept.count(status);
  kept.observe(took.count());
  end();
  return took;
}

void Requests::Timer::end() {
  if (std::exchange(ended_, true)) return;
  requests_.in_flight_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace jobledger::daemon::metrics
