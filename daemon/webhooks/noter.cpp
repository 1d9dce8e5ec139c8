#include "daemon/webhooks/noter.h"

#include "daemon/logging.h"
#include "daemon/webhooks/signature.h"
#include "daemon/webhooks/target.h"

namespace jobledger::daemon::webhooks {
namespace {

using ledger::EventKind;
using ledger::WebhookEvent;

constexpr std::size_t kEntries = 512;  ///< at once
constexpr std::size_t kDeliveries = 1000;
/// Whether each of them has a webhook is looked up; what is on its way must not wait for long.
constexpr std::size_t kNotices = 4000;
constexpr std::chrono::seconds kKeep{1};
/// Of a job's webhook with a URL that leads nowhere, or is too long: the attempt will say so.
constexpr std::string_view kNowhere = "invalid";

bool is_of_job(WebhookEvent event) {
  return event == WebhookEvent::job_finished || event == WebhookEvent::job_error ||
         event == WebhookEvent::job_cancelled;
}

}  // namespace

Noter::Noter(const projections::State& state, const ledger::Store& store, Outbox& outbox,
             ledger::Clock& clock)
    : state_(state),
      store_(store),
      outbox_(outbox),
      clock_(clock),
      log_(store),
      hooks_(store),
      position_(outbox.position()),
      kept_(position_) {}

bool Noter::Part::has_room() const {
  return deliveries.size() < kDeliveries && notices < kNotices;
}

Noter::Noted Noter::go_on() {
  const std::uint64_t version = state_.version();
  Noted noted;
  Part part;
  // Whatever is thrown, the position is that of what was kept.
  const Position before = position_;
  try {
    for (std::size_t read = 0; position_.entry < version && read < kEntries && part.has_room();
         ++read) {
      read_entry(part);
    }
    note(part, noted);
  } catch (...) {
    position_ = before;
    telling_.reset();
    throw;
  }
  noted.is_all = position_.entry >= version;
  return noted;
}

void Noter::note(const Part& part, Noted& noted) {
  const bool is_something = !part.deliveries.empty() || !part.gone.empty();
  if (!is_something && Steady::now() < kept_at_ + kKeep) return;
  if (position_ == kept_) return;
  noted.due = outbox_.note(part.deliveries, part.gone, position_, clock_.now());
  kept_ = position_;
  kept_at_ = Steady::now();
  for (const Delivery& delivery : part.deliveries) {
    if (noted.receivers.empty() || noted.receivers.back() != delivery.receiver) {
      noted.receivers.push_back(delivery.receiver);
    }
  }
}

void Noter::keep_position() {
  if (position_ == kept_) return;
  outbox_.note({}, {}, position_, clock_.now());
  kept_ = position_;
}

bool Noter::tells(const ledger::EntryOutline& outline) const {
  for (EventKind kind : {EventKind::job_cancelled, EventKind::job_finished, EventKind::job_failed,
                         EventKind::webhook_deleted}) {
    if (outline.count(kind) > 0) return true;
  }
  return false;
}

/// The entry at the position, or as much of it as there is room for.
void Noter::read_entry(Part& part) {
  if (!telling_) {
    if (!tells(log_.outline(position_.entry))) {
      position_ = {position_.entry + 1, 0};
      return;
    }
    Telling& telling = telling_.emplace();
    telling.entry = log_.entry(position_.entry);
    telling.notices = notices_of(telling.entry, state_);
    state_.read([&] {
      telling.subscriptions =
          state_.webhooks().of_team(telling.entry.envelope.actor.team, position_.entry + 1);
    });
  }
  for (const ledger::Event& event : telling_->entry.events) {
    if (event.kind != EventKind::webhook_deleted) continue;
    part.gone.push_back({telling_->entry.envelope.actor.team, event.subject.text()});
  }
  const std::vector<Notice>& notices = telling_->notices;
  while (position_.notice < notices.size() && part.has_room()) {
    const Notice& notice = notices[position_.notice++];
    ++part.notices;
    tell_subscriptions(notice, part);
    if (is_of_job(notice.event)) tell_job_hook(notice, part);
  }
  if (position_.notice < notices.size()) return;
  position_ = {position_.entry + 1, 0};
  telling_.reset();
}

void Noter::tell_subscriptions(const Notice& notice, Part& part) const {
  for (const projections::Webhook& webhook : telling_->subscriptions) {
    if (!webhook.events.has(notice.event)) continue;
    auto target = target_of(webhook.url);
    part.deliveries.push_back(delivery_of(notice, {webhook.team, webhook.id.text()},
                                          target ? target->shown : std::string()));
  }
}

void Noter::tell_job_hook(const Notice& notice, Part& part) {
  std::optional<JobHook> hook;
  try {
    hook = hooks_.of(notice.subject);
  } catch (const projections::StorageError& error) {
    // A store that has failed says nothing of what it holds. Else one row is damaged, and what
    // comes after it is told all the same.
    if (store_.condition() == ledger::StoreCondition::failed) throw;
    log::error("whether a job has a webhook cannot be read, and it is not called",
               {{"job", notice.subject.text()}, {"why", std::string_view(error.what())}});
  }
  if (!hook) return;
  auto target = target_of(*hook);
  std::string receiver(kJobReceiver);
  receiver += target ? target->server() : std::string(kNowhere);
  part.deliveries.push_back(delivery_of(notice,
                                        {telling_->entry.envelope.actor.team, std::move(receiver)},
                                        target ? target->shown : std::string()));
}

Delivery Noter::delivery_of(const Notice& notice, Receiver receiver, std::string url) const {
  const ledger::Entry& entry = telling_->entry;
  Delivery delivery;
  delivery.entry = entry.index;
  delivery.place = notice.place;
  delivery.event = name_of(notice.event);
  delivery.message = message_id(entry.salt, entry.index, notice.place, delivery.event, receiver);
  if (!notice.subject.is_nil()) delivery.subject = notice.subject.text();
  delivery.receiver = std::move(receiver);
  delivery.url = std::move(url);
  return delivery;
}

}  // namespace jobledger::daemon::webhooks
