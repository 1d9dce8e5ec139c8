#include "daemon/json/writer.h"
#include "daemon/parse/webhook.h"
#include "daemon/render/refusal.h"
#include "daemon/render/webhook.h"
#include "daemon/routes/call.h"
#include "daemon/webhooks/address_guard.h"
#include "ledger/webhook_key.h"

// What a team is told of without asking, and where. Secrets are those of the token's own team, for
// whoever may make such a subscription.

namespace jobledger::daemon::routes {

using ledger::Ulid;

namespace {

constexpr std::string_view kNoWebhookMessage =
    "no such webhook; see GET /ledger/v1/webhooks, and the team of the token";

/// Of the path, within the team.
std::optional<render::WebhookRecord> find_webhook(const Core& core, const Call& call,
                                                  std::string_view team) {
  auto id = Ulid::parse(call.path[0]);
  return id ? render::read_webhook(core.state, team, *id, call.version) : std::nullopt;
}

/// Of the team that a list is about: the one that the call names, or else the token's own.
std::string team_of(const Call& call) {
  return call.reach.value_or(call.team());
}

/// The webhook that a command was about, as the command left it.
http::Reply told(Core& core, const Call& call, ledger::WebhookId id, const Done& done, int status,
                 const std::optional<std::string>& secret) {
  auto webhook = render::read_webhook(core.state, call.team(), id, done.receipt.version);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  render::webhook_members(out, webhook.value(), done.log);
  if (secret) out.field("secret", *secret);
  out.end_object();
  return json(std::move(body), status);
}

std::optional<http::Reply> refuse_secret(const Core& core, const Call& call) {
  using ledger::Scope;
  auto missing = call.actor.scopes.first_missing(
      ledger::Scopes().with(Scope::jobs_write).with(Scope::audit_read));
  if (!missing) return std::nullopt;
  projections::LogReader log(core.store);
  ledger::Refusal refusal{
      ledger::RefusalCode::insufficient_scope, {}, static_cast<std::uint64_t>(*missing)};
  return render::refused(refusal, call.request_id, log);
}

http::Reply secret_reply(const std::string& secret) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("secret", secret);
  out.end_object();
  http::Reply reply = json(std::move(body));
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

}  // namespace

std::variant<Write, http::Reply> create_webhook(Core& core, const Call& call) {
  auto parsed = parse::parse_webhook(call.request.body);
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  if (!core.settings.webhooks.allow_private && webhooks::literal_target_refused(parsed.value.url)) {
    return render::error(400, "webhook_target_refused",
                         "url is an address within this machine or a private network; give one "
                         "that the world can reach, or ask the operator for webhooks.allow_private",
                         call.request_id);
  }
  Write write;
  write.command = std::move(parsed.value);
  write.render = [](Core& of, const Call& by, const Done& done) {
    ledger::WebhookId id = done.entry->events.front().subject;
    return told(of, by, id, done, 201, ledger::secret_of(of.webhook_key, id));
  };
  return write;
}

std::variant<Write, http::Reply> delete_webhook(Core&, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto id = Ulid::parse(call.path[0]);
  if (!id) return not_found(call, "webhook_not_found", kNoWebhookMessage);
  Write write;
  write.command = ledger::DeleteWebhook{*id};
  write.render = [id](Core& of, const Call& by, const Done& done) {
    return told(of, by, *id, done, 200, std::nullopt);
  };
  return write;
}

http::Reply list_webhooks(Core& core, const Call& call) {
  std::vector<projections::Webhook> webhooks =
      core.state.read([&] { return core.state.webhooks().of_team(team_of(call), call.version); });
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.begin_array("items");
  for (projections::Webhook& row : webhooks) {
    out.begin_object();
    render::webhook_members(out, {std::move(row), std::nullopt}, log);
    out.end_object();
  }
  out.end_array();
  out.field("next", nullptr);
  out.end_object();
  return json(std::move(body));
}

http::Reply get_webhook(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto webhook = find_webhook(core, call, team_of(call));
  if (!webhook) return not_found(call, "webhook_not_found", kNoWebhookMessage);
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  render::webhook_members(out, *webhook, log);
  out.end_object();
  return json(std::move(body));
}

http::Reply get_webhook_secret(Core& core, const Call& call) {
  if (auto refused = refuse_secret(core, call)) return std::move(*refused);
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto webhook = find_webhook(core, call, call.team());
  if (!webhook) return not_found(call, "webhook_not_found", kNoWebhookMessage);
  return secret_reply(ledger::secret_of(core.webhook_key, webhook->row.id));
}

http::Reply get_job_hook_secret(Core& core, const Call& call) {
  if (auto refused = refuse_secret(core, call)) return std::move(*refused);
  return secret_reply(ledger::job_hook_secret(core.webhook_key, call.team()));
}

}  // namespace jobledger::daemon::routes
