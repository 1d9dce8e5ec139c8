#include "daemon/metrics/counters.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <utility>

#include "ledger/assert.h"

namespace jobledger::daemon::metrics {

Counters::Counters(Registry& registry, const std::string& name, const std::string& help,
                   std::size_t count, std::function<Labels(std::size_t)> labels)
    : count_(count),
      labels_(std::move(labels)),
      family_(prometheus::BuildCounter().Name(name).Help(help).Register(registry.counted())),
      made_(std::make_unique<std::atomic<prometheus::Counter*>[]>(count)) {}
Counters::~Counters() = default;

void Counters::add(std::size_t number, std::size_t times) {
  prometheus::Counter& found = counter(number);
  times == 1 ? found.Increment() : found.Increment(static_cast<double>(times));
}

// Two threads may make it at once: the family gives both the same one.
prometheus::Counter& Counters::counter(std::size_t number) {
  JL_ASSERT(number < count_);
  prometheus::Counter* found = made_[number].load(std::memory_order_acquire);
  if (!found) {
    found = &family_.Add(labels_(number));
    made_[number].store(found, std::memory_order_release);
  }
  return *found;
}

}  // namespace jobledger::daemon::metrics
