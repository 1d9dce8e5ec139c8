#include "ledger/webhook.h"

#include <array>

namespace jobledger::ledger {
namespace {

struct Named {
  WebhookEvent event;
  std::string_view name;
};

constexpr std::array<Named, 5> kNames = {{{WebhookEvent::job_finished, "job.finished"},
                                          {WebhookEvent::job_error, "job.error"},
                                          {WebhookEvent::job_cancelled, "job.cancelled"},
                                          {WebhookEvent::batch_finished, "batch.finished"},
                                          {WebhookEvent::cascade_cancelled, "cascade.cancelled"}}};

}  // namespace

std::string_view name_of(WebhookEvent event) {
  for (const Named& named : kNames) {
    if (named.event == event) return named.name;
  }
  return "unknown";
}

std::optional<WebhookEvent> webhook_event_named(std::string_view name) {
  for (const Named& named : kNames) {
    if (named.name == name) return named.event;
  }
  return std::nullopt;
}

std::vector<std::string_view> WebhookEvents::names() const {
  std::vector<std::string_view> names;
  for (const Named& named : kNames) {
    if (has(named.event)) names.push_back(named.name);
  }
  return names;
}

}  // namespace jobledger::ledger
