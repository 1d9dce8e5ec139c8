#include "daemon/metrics/samples.h"

#include <prometheus/metric_family.h>

#include "ledger/assert.h"

namespace jobledger::daemon::metrics {
namespace {

prometheus::ClientMetric& add(prometheus::MetricFamily& family, prometheus::MetricType type,
                              Samples::Label label) {
  JL_ASSERT(family.metric.empty() || family.type == type);
  family.type = type;
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  if (!label.name.empty()) {
    metric.label.push_back({std::string(label.name), std::string(label.value)});
  }
  return metric;
}

}  // namespace

Samples::Samples() : families_(std::make_unique<std::vector<prometheus::MetricFamily>>()) {}
Samples::~Samples() = default;

void Samples::gauge(std::string_view name, std::string_view help, double value, Label label) {
  add(family(name, help), prometheus::MetricType::Gauge, label).gauge.value = value;
}

void Samples::counter(std::string_view name, std::string_view help, double value, Label label) {
  add(family(name, help), prometheus::MetricType::Counter, label).counter.value = value;
}

std::vector<prometheus::MetricFamily> Samples::take() {
  return std::move(*families_);
}

prometheus::MetricFamily& Samples::family(std::string_view name, std::string_view help) {
  if (!families_->empty() && families_->back().name == name) return families_->back();
  prometheus::MetricFamily& made = families_->emplace_back();
  made.name = name;
  made.help = help;
  return made;
}

}  // namespace jobledger::daemon::metrics
