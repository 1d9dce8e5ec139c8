#include "daemon/metrics/registry.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <utility>

#include "daemon/metrics/samples.h"

namespace jobledger::daemon::metrics {

Registry::Registry() : counted_(std::make_unique<prometheus::Registry>()) {}
Registry::~Registry() = default;

void Registry::add(Source source) {
  std::lock_guard lock(mutex_);
  sources_.push_back(std::move(source));
}

std::string Registry::text() const {
  Samples samples;
  {
    std::lock_guard lock(mutex_);
    for (const Source& source : sources_) source(samples);
  }
  std::vector<prometheus::MetricFamily> families = counted_->Collect();
  auto looked_up = samples.take();
  families.insert(families.end(), std::make_move_iterator(looked_up.begin()),
                  std::make_move_iterator(looked_up.end()));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace jobledger::daemon::metrics
