#include "daemon/metrics/webhooks.h"

namespace jobledger::daemon::metrics {
namespace {

void sample_deliveries(Samples& samples, std::uint64_t count, std::string_view outcome) {
  samples.counter("jobledger_webhook_deliveries_total",
                  "What was to be sent and is no longer due, by what came of it.",
                  static_cast<double>(count), {"outcome", outcome});
}

}  // namespace

void sample_webhooks(Samples& samples, const webhooks::Counts& counts, std::uint64_t version) {
  const std::uint64_t lag = version > counts.position ? version - counts.position : 0;
  samples.gauge("jobledger_webhooks_lag_entries",
                "Entries that were not looked at yet for what is to be sent.",
                static_cast<double>(lag));
  samples.gauge("jobledger_webhooks_due", "What is to be sent, or sent again.",
                static_cast<double>(counts.due));
  samples.gauge("jobledger_webhooks_in_flight", "Requests to receivers that are on their way.",
                static_cast<double>(counts.in_flight));
  samples.counter("jobledger_webhook_attempts_total", "Requests to receivers that have ended.",
                  static_cast<double>(counts.attempts));
  sample_deliveries(samples, counts.delivered, "delivered");
  sample_deliveries(samples, counts.failed, "failed");
}

}  // namespace jobledger::daemon::metrics
