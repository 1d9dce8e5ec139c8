#include "daemon/render/delivery.h"

#include "daemon/render/entry.h"
#include "ledger/webhook.h"

namespace jobledger::daemon::render {
namespace {

/// The member of that name: the text, or null if it is not the one that the delivery has.
void text_if(json::Writer& out, std::string_view name, bool is_it, const std::string& text) {
  text_or_null(out, name, is_it ? text : std::string());
}

}  // namespace

void delivery_members(json::Writer& out, const webhooks::Delivery& delivery,
                      const ledger::EntryHead& head) {
  const bool of_batch = delivery.event == name_of(ledger::WebhookEvent::batch_finished);
  const bool of_job_hook = delivery.receiver.name.starts_with(webhooks::kJobReceiver);
  origin(out, head);
  out.field("id", delivery.id);
  out.field("messageId", delivery.message);
  out.field("event", delivery.event);
  text_if(out, "webhookId", !of_job_hook, delivery.receiver.name);
  text_if(out, "jobId", !of_batch, delivery.subject);
  text_if(out, "batchId", of_batch, delivery.subject);
  text_or_null(out, "url", delivery.url);
  out.field("state", name_of(delivery.state));
  out.field("attemptCount", delivery.attempts);
  out.time_field("nextAttemptAt", delivery.next_at);
  out.time_field("createdAt", delivery.created_at);
  out.time_field("endedAt", delivery.ended_at);
}

void attempts(json::Writer& out, const std::vector<webhooks::ListedAttempt>& attempts) {
  out.begin_array("attempts");
  for (const auto& [attempt, by] : attempts) {
    out.begin_object();
    out.time_field("time", attempt.at);
    out.field("milliseconds", attempt.ms);
    out.field("status", attempt.status == 0 ? std::nullopt : std::optional(attempt.status));
    text_or_null(out, "error", attempt.error);
    text_or_null(out, "by", by);
    out.end_object();
  }
  out.end_array();
}

}  // namespace jobledger::daemon::render
