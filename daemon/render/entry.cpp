#include "daemon/render/entry.h"

#include "daemon/render/command.h"
#include "daemon/render/refusal.h"
#include "daemon/render/webhook.h"
#include "ledger/hash.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Entry;

std::string_view name_of_actor(ledger::ActorKind kind) {
  switch (kind) {
    case ledger::ActorKind::system:
      return "system";
    case ledger::ActorKind::token:
      return "token";
    case ledger::ActorKind::operator_:
      return "operator";
  }
  return "unknown";
}

void rules(json::Writer& out, const Entry& entry) {
  const ledger::Rules& rules = entry.rules;
  out.begin_object("rules");
  out.field("version", entry.rules_version);
  out.field("onChildError", rules.on_child_error == ledger::OnChildError::cancel_siblings
                                ? "cancel_siblings"
                                : "fail_parent_only");
  out.field("maxJobsPerEntry", rules.max_jobs_per_entry);
  out.field("progressStep", rules.progress_step);
  out.field("leaseSeconds", rules.lease_seconds);
  out.field("idempotencyTtlMs", rules.idempotency_ttl_ms);
  out.field("maxAttempts", rules.max_attempts);
  text_or_null(out, "outputUrlTemplate", rules.output_url_template);
  out.end_object();
}

void who_and_why(json::Writer& out, const ledger::Envelope& envelope) {
  out.key("actor");
  actor(out, envelope.actor);
  text_or_null(out, "onBehalfOf", envelope.actor.on_behalf_of);
  text_or_null(out, "requestId", envelope.request_id);
  text_or_null(out, "reason", envelope.reason);
}

struct DetailMembers {
  json::Writer& out;

  void operator()(const ledger::SubmissionDetail& detail) const {
    text_or_null(out, "templateId", detail.template_id);
    text_or_null(out, "outputUrl", detail.output_url);
    texts(out, "tags", detail.tags);
    out.field("priority", detail.priority);
    out.field("totalAssets", detail.total_assets);
    out.field("payloadHash", ledger::to_hex(ledger::bytes_of(detail.payload_hash)));
    out.field("batchId", detail.batch);
    if (detail.batch) out.field("batchIndex", detail.batch_index);
  }
  void operator()(const ledger::BatchDetail& detail) const {
    out.field("total", detail.total);
    out.begin_array("errors");
    for (const ledger::BatchItemError& error : detail.errors) batch_item_error(out, error);
    out.end_array();
  }
  void operator()(const ledger::ClaimDetail& detail) const {
    out.field("lease", detail.lease);
    lease_seconds(out, detail.lease_seconds);
  }
  void operator()(const ledger::ProgressDetail& detail) const {
    out.field("progress", detail.progress);
    out.field("previousProgress", detail.previous.progress);
  }
  void operator()(const ledger::EndDetail& detail) const {
    text_or_null(out, "outputUrl", detail.output_url);
    text_or_null(out, "error", detail.error);
    if (detail.progress) out.field("progress", detail.progress->progress);
  }
  void operator()(const ledger::TokenDetail& detail) const {
    out.field("team", detail.team);
    out.field("name", detail.name);
    out.begin_array("scopes");
    for (std::string_view scope : detail.scopes.names()) out.string(scope);
    out.end_array();
    out.time_field("expires", detail.expires);
    out.field("confirmAbove", detail.confirm_above);
  }
  void operator()(const ledger::KeyDetail& detail) const {
    out.field("keyBefore", detail.before);
    out.field("keyAfter", detail.after);
  }
  void operator()(const ledger::WebhookDetail& detail) const {
    out.field("url", detail.url);
    webhook_events(out, detail.events);
  }
  void operator()(const ledger::Restoration& from) const {
    out.field("backup", from.backup);
    out.time_field("takenAt", from.taken);
    out.field("origin", from.origin);
    out.field("version", from.version);
    out.field("rootHash", ledger::to_hex(ledger::bytes_of(from.root)));
  }
  void operator()(const ledger::Cut& cut) const {
    out.field("version", cut.version);
    out.field("rootHash", ledger::to_hex(ledger::bytes_of(cut.root)));
    out.field("entriesPutAside", cut.entries);
    out.field("bytesPutAside", cut.bytes);
    out.field("damage", cut.damage);
    out.field("putAside", cut.put_aside);
  }
};

}  // namespace

void texts(json::Writer& out, std::string_view name, const std::vector<std::string>& texts) {
  out.begin_array(name);
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

void lease_seconds(json::Writer& out, std::uint32_t seconds) {
  if (seconds == ledger::kEndlessLease) {
    out.field("leaseSeconds", nullptr);
  } else {
    out.field("leaseSeconds", seconds);
  }
}

void text_or_null(json::Writer& out, std::string_view name, const std::string& text) {
  if (text.empty()) {
    out.field(name, nullptr);
  } else {
    out.field(name, text);
  }
}

void status_or_null(json::Writer& out, std::string_view name, ledger::JobStatus status) {
  if (status == ledger::JobStatus::none) {
    out.field(name, nullptr);
  } else {
    out.field(name, name_of(status));
  }
}

void actor_members(json::Writer& out, const ledger::Actor& actor) {
  out.field("kind", name_of_actor(actor.kind));
  out.field("team", actor.team);
  out.field("name", actor.name);
  if (actor.token.is_nil()) {
    out.field("tokenId", nullptr);
  } else {
    out.field("tokenId", actor.token);
  }
}

void actor(json::Writer& out, const ledger::Actor& actor) {
  out.begin_object();
  actor_members(out, actor);
  text_or_null(out, "address", actor.address);
  text_or_null(out, "client", actor.client);
  out.end_object();
}

void entry_head(json::Writer& out, const Entry& entry) {
  out.field("index", entry.index);
  out.time_field("time", entry.time);
  out.field("type", name_of(entry.command.kind));
  out.field("outcome", entry.accepted() ? "accepted" : "refused");
  who_and_why(out, entry.envelope);
}

void origin(json::Writer& out, const ledger::EntryHead& head) {
  out.field("index", head.index);
  out.time_field("time", head.time);
  who_and_why(out, head.envelope);
}

void cause_and_via(json::Writer& out, const ledger::Event& event,
                   const std::optional<ledger::Ulid>& via) {
  if (event.cause == ledger::Cause::none) {
    out.field("cause", nullptr);
  } else {
    out.field("cause", name_of(event.cause));
  }
  out.field("via", via);
}

void event(json::Writer& out, const ledger::Event& event, const std::optional<ledger::Ulid>& via) {
  out.begin_object();
  out.field("type", name_of(event.kind));
  out.field("id", event.subject);
  cause_and_via(out, event, via);
  status_or_null(out, "before", event.before);
  status_or_null(out, "after", event.after);
  if (event.detail) std::visit(DetailMembers{out}, *event.detail);
  out.end_object();
}

void entry(json::Writer& out, const Entry& entry, const ledger::Sha256& leaf_hash) {
  begin_entry(out, entry);
  events(out, entry, 0, entry.events.size());
  end_entry(out, leaf_hash);
}

void begin_entry(json::Writer& out, const Entry& entry) {
  out.begin_object();
  entry_head(out, entry);
  text_or_null(out, "traceparent", entry.envelope.traceparent);
  out.field("idempotencyKey", entry.envelope.idempotency
                                  ? std::optional(entry.envelope.idempotency->key)
                                  : std::nullopt);
  rules(out, entry);
  command(out, entry);
  out.key("refusal");
  if (entry.refusal) {
    refusal(out, *entry.refusal);
  } else {
    out.null();
  }
  out.begin_array("events");
}

void events(json::Writer& out, const Entry& entry, std::size_t first, std::size_t last) {
  for (std::size_t place = first; place < last; ++place) {
    const ledger::Event& each = entry.events[place];
    std::optional<ledger::Ulid> via;
    if (each.via != ledger::kNoPlace) via = entry.events[each.via].subject;
    event(out, each, via);
  }
}

void end_entry(json::Writer& out, const ledger::Sha256& leaf_hash) {
  out.end_array();
  out.field("leafHash", ledger::to_hex(ledger::bytes_of(leaf_hash)));
  out.end_object();
}

}  // namespace jobledger::daemon::render
