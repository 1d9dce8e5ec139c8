#include "ledger/decide.h"

namespace jobledger::ledger {

Decision decide_create_webhook(const JobView& view, const CreateWebhook& command,
                               const DecideContext& context) {
  if (view.live_webhooks(context.actor.team) >= kMaxWebhooks) {
    return refuse(RefusalCode::too_many_webhooks, {}, kMaxWebhooks);
  }
  Decision decision;
  Event event;
  event.kind = EventKind::webhook_created;
  event.subject = context.ids.next_ulid(context.now);
  event.detail = make_detail<Detail>(WebhookDetail{command.url, command.events});
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_delete_webhook(const JobView& view, const DeleteWebhook& command,
                               const DecideContext& context) {
  std::optional<WebhookFacts> webhook = view.find_webhook(context.actor.team, command.webhook);
  if (!webhook) {
    return refuse(RefusalCode::webhook_not_found,
                  {{command.webhook.text(), {}, {}, kNotInList, {}, {}}});
  }
  if (webhook->deleted) return nothing();
  Decision decision;
  Event event;
  event.kind = EventKind::webhook_deleted;
  event.subject = command.webhook;
  event.detail = make_detail<Detail>(webhook->detail);
  decision.events.push_back(std::move(event));
  return decision;
}

}  // namespace jobledger::ledger
