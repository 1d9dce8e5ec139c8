#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/metrics/registry.h"

namespace prometheus {
class Counter;
template <typename T>
class Family;
}  // namespace prometheus

namespace jobledger::daemon::metrics {

using Labels = std::map<std::string, std::string>;

/// Counters of one name, by their numbers from 0 on. Each is made when it is first wanted, and
/// found without a lock from then on. Any thread.
class Counters {
 public:
  /// `labels` tells those of a number.
  Counters(Registry& registry, const std::string& name, const std::string& help, std::size_t count,
           std::function<Labels(std::size_t)> labels);
  ~Counters();

  void add(std::size_t number, std::size_t times = 1);
  /// Makes it, at 0: a rate sees what happens first only of what was there before.
  void make(std::size_t number) { counter(number); }

 private:
  prometheus::Counter& counter(std::size_t number);

  const std::size_t count_;
  const std::function<Labels(std::size_t)> labels_;
  prometheus::Family<prometheus::Counter>& family_;
  std::unique_ptr<std::atomic<prometheus::Counter*>[]> made_;
};

}  // namespace jobledger::daemon::metrics
