#include "daemon/metrics.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace jobledger::daemon {

struct Metrics::Families {
  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }

  prometheus::Registry registry;
  prometheus::Gauge& version =
      gauge("jobledger_version", "How many entries of the ledger are durable and visible.");
  prometheus::Gauge& read_only =
      gauge("jobledger_read_only", "1 while writes are refused because the disk is full, else 0.");
  prometheus::Gauge& invariant_violations = gauge(
      "jobledger_invariant_violations",
      "What should never be, as of the last count: parents that wait for children that have all "
      "ended, and batches whose counts do not add up. See jobledger verify --invariants.");
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::set_version(std::uint64_t version) {
  families_->version.Set(static_cast<double>(version));
}

void Metrics::set_read_only(bool read_only) {
  families_->read_only.Set(read_only ? 1 : 0);
}

void Metrics::set_invariant_violations(std::uint64_t count) {
  families_->invariant_violations.Set(static_cast<double>(count));
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace jobledger::daemon
