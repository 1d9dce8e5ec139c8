#include "daemon/render/webhook.h"

#include "daemon/render/entry.h"

namespace jobledger::daemon::render {

std::optional<WebhookRecord> read_webhook(const projections::State& state, std::string_view team,
                                          ledger::WebhookId id, std::uint64_t version) {
  return state.read([&]() -> std::optional<WebhookRecord> {
    const projections::Webhook* row = state.webhooks().find(id);
    if (!row || row->team != team || row->created >= version) return std::nullopt;
    WebhookRecord webhook{*row, std::nullopt};
    if (row->deleted < version) webhook.deleted_at = state.times().at(row->deleted);
    return webhook;
  });
}

void webhook_events(json::Writer& out, ledger::WebhookEvents events) {
  out.begin_array("events");
  for (std::string_view name : events.names()) out.string(name);
  out.end_array();
}

void webhook_members(json::Writer& out, const WebhookRecord& webhook, projections::LogReader& log) {
  ledger::EntryHead made = log.head(webhook.row.created);
  origin(out, made);
  out.field("id", webhook.row.id);
  out.field("url", webhook.row.url);
  webhook_events(out, webhook.row.events);
  out.time_field("createdAt", made.time);
  out.time_field("deletedAt", webhook.deleted_at);
}

}  // namespace jobledger::daemon::render
