#include "daemon/webhooks/composer.h"

#include <algorithm>
#include <numeric>

#include "daemon/render/entry.h"
#include "daemon/render/job.h"
#include "daemon/version.h"
#include "daemon/webhooks/signature.h"
#include "ledger/webhook.h"

namespace jobledger::daemon::webhooks {
namespace {

using ledger::EventKind;
using ledger::Failure;
using ledger::Result;
using ledger::Status;
using ledger::WebhookEvent;

constexpr std::size_t kMostJobs = 1000;  ///< of a cascade, that are told one by one
constexpr std::string_view kOfNoJob = "the event that this was about is none of a job";

bool has_body(const Message& message) {
  return message.method != "GET" && message.method != "HEAD";
}

void add_unless_set(Message& message, const std::string& name, std::string value) {
  auto is_it = [&](const auto& header) {
    return std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
  };
  if (std::none_of(message.headers.begin(), message.headers.end(), is_it)) {
    message.headers.emplace_back(name, std::move(value));
  }
}

/// The members `index`, `version`, `actor`, `onBehalfOf`, `requestId` and `reason` of what is told.
void origin(json::Writer& out, const ledger::EntryHead& head) {
  out.field("index", head.index);
  out.field("version", head.index + 1);
  out.begin_object("actor");
  render::actor_members(out, head.envelope.actor);
  out.end_object();
  render::text_or_null(out, "onBehalfOf", head.envelope.actor.on_behalf_of);
  render::text_or_null(out, "requestId", head.envelope.request_id);
  render::text_or_null(out, "reason", head.envelope.reason);
}

std::optional<ledger::Ulid> via_of(const ledger::Event& event, projections::LogReader& log,
                                   std::uint64_t entry) {
  if (event.via == ledger::kNoPlace) return std::nullopt;
  return log.event(entry, event.via).subject;
}

std::size_t count_of(const ledger::Entry& entry, EventKind kind) {
  return static_cast<std::size_t>(
      std::count_if(entry.events.begin(), entry.events.end(),
                    [kind](const ledger::Event& event) { return event.kind == kind; }));
}

void cancelled_jobs(json::Writer& out, const ledger::Entry& entry) {
  std::size_t told = 0;
  out.begin_array("jobs");
  for (const ledger::Event& event : entry.events) {
    if (event.kind != EventKind::job_cancelled) continue;
    if (told++ == kMostJobs) break;
    out.begin_object();
    out.field("id", event.subject);
    render::status_or_null(out, "before", event.before);
    std::optional<ledger::Ulid> via;
    if (event.via != ledger::kNoPlace) via = entry.events[event.via].subject;
    render::cause_and_via(out, event, via);
    out.end_object();
  }
  out.end_array();
  out.field("truncated", told > kMostJobs);
}

}  // namespace

Composer::Composer(const projections::State& state, const ledger::Store& store,
                   const ledger::WebhookKey& key, std::string public_url)
    : state_(state), key_(key), public_url_(std::move(public_url)), log_(store), hooks_(store) {}

Result<Message> Composer::compose(const Delivery& delivery, ledger::TimeMs now) {
  if (!is_of_its_entry(delivery)) {
    return Failure{"the entry is no longer the one that this was about"};
  }
  const ledger::EntryHead head = log_.head(delivery.entry);
  const bool of_job = delivery.receiver.name.starts_with(kJobReceiver);
  std::string secret;
  auto message =
      of_job ? of_job_hook(delivery, head, secret) : of_subscription(delivery, head, secret);
  if (!message) return message;
  const std::int64_t seconds = now / 1000;
  if (has_body(*message)) add_unless_set(*message, "content-type", "application/json");
  add_unless_set(*message, "user-agent", "jobledger/" + std::string(kVersion));
  if (!head.envelope.traceparent.empty()) {
    add_unless_set(*message, "traceparent", head.envelope.traceparent);
  }
  message->headers.emplace_back("webhook-id", delivery.message);
  message->headers.emplace_back("webhook-timestamp", std::to_string(seconds));
  message->headers.emplace_back("webhook-signature",
                                signature_of(secret, delivery.message, seconds, message->body));
  return message;
}

/// Whether the log still has the entry that the delivery was noted of: after a repair cut the log,
/// another may stand in its place. Its salt is in the `webhook-id`.
bool Composer::is_of_its_entry(const Delivery& delivery) {
  if (delivery.entry >= state_.version()) return false;
  if (!looked_ || looked_->entry != delivery.entry) {
    const ledger::EntryOutline outline = log_.outline(delivery.entry);
    looked_ =
        Looked{delivery.entry, outline.entry.salt,
               std::accumulate(outline.counts.begin(), outline.counts.end(), std::uint64_t{0})};
  }
  return delivery.place < looked_->events &&
         delivery.message == message_id(looked_->salt, delivery.entry, delivery.place,
                                        delivery.event, delivery.receiver);
}

Result<Message> Composer::of_subscription(const Delivery& delivery, const ledger::EntryHead& head,
                                          std::string& secret) {
  auto id = ledger::Ulid::parse(delivery.receiver.name);
  Message message;
  bool is_deleted = false;
  state_.read([&] {
    const projections::Webhook* webhook = id ? state_.webhooks().find(*id) : nullptr;
    if (!webhook) return;
    message.url = webhook->url;
    is_deleted = webhook->deleted != projections::Webhook::kNever;
  });
  if (message.url.empty()) return Failure{"the subscription is not in the ledger"};
  if (is_deleted) return Failure{"the subscription was deleted"};
  secret = ledger::secret_of(key_, *id);
  auto body = subscription_body(delivery, head);
  if (!body) return body.error();
  message.body = *std::move(body);
  return message;
}

Result<std::string> Composer::subscription_body(const Delivery& delivery,
                                                const ledger::EntryHead& head) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("type", delivery.event);
  out.time_field("timestamp", head.time);
  out.begin_object("data");
  origin(out, head);
  Status done = ledger::ok();
  if (delivery.event == name_of(WebhookEvent::cascade_cancelled)) {
    data_of_cascade(out, delivery);
  } else if (delivery.event == name_of(WebhookEvent::batch_finished)) {
    done = data_of_batch(out, delivery);
  } else {
    done = data_of_job(out, delivery);
  }
  if (!done) return done.error();
  out.end_object();
  out.end_object();
  return body;
}

Status Composer::data_of_job(json::Writer& out, const Delivery& delivery) {
  const ledger::Event event = log_.event(delivery.entry, delivery.place);
  if (event.number == ledger::kNoJob) return Failure{std::string(kOfNoJob)};
  render::cause_and_via(out, event, via_of(event, log_, delivery.entry));
  projections::JobReader reader(state_, log_, delivery.entry + 1);
  out.key("job");
  render::job(out, reader.read(event.number), public_url_);
  return ledger::ok();
}

Status Composer::data_of_batch(json::Writer& out, const Delivery& delivery) {
  projections::JobReader reader(state_, log_, delivery.entry + 1);
  auto id = ledger::Ulid::parse(delivery.subject);
  auto batch = id ? reader.find_batch(delivery.receiver.team, *id) : std::nullopt;
  if (!batch) return Failure{"the batch is not in the ledger"};
  out.key("batch");
  render::batch(out, *batch, public_url_);
  return ledger::ok();
}

void Composer::data_of_cascade(json::Writer& out, const Delivery& delivery) {
  const ledger::Entry& entry = log_.entry(delivery.entry);
  out.begin_object("cascade");
  out.field("href", public_url_ + "/ledger/v1/cancellations/" + std::to_string(entry.index));
  out.field("type", name_of(entry.command.kind));
  out.field("cancelled", count_of(entry, EventKind::job_cancelled));
  out.field("skipped", count_of(entry, EventKind::cancel_skipped));
  out.field("stopping", count_of(entry, EventKind::stop_requested));
  out.field("failed", count_of(entry, EventKind::job_failed));
  cancelled_jobs(out, entry);
  out.end_object();
}

Result<Message> Composer::of_job_hook(const Delivery& delivery, const ledger::EntryHead& head,
                                      std::string& secret) {
  auto job = ledger::Ulid::parse(delivery.subject);
  auto hook = job ? hooks_.of(*job) : std::nullopt;
  if (!hook) return Failure{"the body of the job names no webhook any more"};
  if (std::string why = why_not_sent(*hook); !why.empty()) return Failure{std::move(why)};
  secret = ledger::job_hook_secret(key_, delivery.receiver.team);
  Message message;
  message.method = hook->method;
  message.url = hook->url;
  if (has_body(message)) {
    auto body = job_hook_body(delivery, head, *hook);
    if (!body) return body.error();
    message.body = *std::move(body);
  }
  message.headers = std::move(hook->headers);
  return message;
}

Result<std::string> Composer::job_hook_body(const Delivery& delivery, const ledger::EntryHead& head,
                                            const JobHook& hook) {
  if (hook.custom) return hook.data.value_or("null");
  const ledger::Event event = log_.event(delivery.entry, delivery.place);
  if (event.number == ledger::kNoJob) return Failure{std::string(kOfNoJob)};
  projections::JobReader reader(state_, log_, delivery.entry + 1);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  render::job_members(out, reader.read(event.number), public_url_);
  out.field("event", delivery.event);
  origin(out, head);
  render::cause_and_via(out, event, via_of(event, log_, delivery.entry));
  if (hook.data) out.raw_field("data", *hook.data);
  out.end_object();
  return body;
}

}  // namespace jobledger::daemon::webhooks
