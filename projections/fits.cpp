#include "projections/fits.h"

#include <boost/unordered/unordered_flat_set.hpp>

namespace jobledger::projections {

using ledger::Entry;
using ledger::Event;
using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;
using ledger::kNoPlace;

namespace {

/// What is wrong, in words; null if nothing is.
using Doubt = const char*;

bool has_its_detail(const Event& event) {
  switch (event.kind) {
    case EventKind::job_submitted:
      return event.as_if<ledger::SubmissionDetail>();
    case EventKind::batch_submitted:
      return event.as_if<ledger::BatchDetail>();
    case EventKind::job_claimed:
      return event.as_if<ledger::ClaimDetail>();
    case EventKind::job_progressed:
      return event.as_if<ledger::ProgressDetail>();
    case EventKind::job_finished:
    case EventKind::job_failed:
    case EventKind::job_requeued:
      return event.as_if<ledger::EndDetail>();
    case EventKind::token_created:
      return event.as_if<ledger::TokenDetail>();
    case EventKind::key_rotated:
      return event.as_if<ledger::KeyDetail>();
    case EventKind::ledger_restored:
      return event.as_if<ledger::Restoration>();
    case EventKind::ledger_cut:
      return event.as_if<ledger::Cut>();
    case EventKind::webhook_created:
    case EventKind::webhook_deleted:
      return event.as_if<ledger::WebhookDetail>();
    case EventKind::token_revoked:
      return !event.detail || event.as_if<ledger::TokenDetail>();
    case EventKind::job_cancelled:
      return event.before == JobStatus::rendering ? event.as_if<ledger::EndDetail>() != nullptr
                                                  : !event.detail;
    case EventKind::cancel_skipped:
    case EventKind::job_unblocked:
    case EventKind::stop_requested:
    case EventKind::stop_withdrawn:
    case EventKind::job_reinstated:
      return !event.detail;
  }
  return false;
}

/// Of the events that are about a job there was before.
bool is_possible(EventKind kind, JobStatus before, JobStatus after) {
  switch (kind) {
    case EventKind::job_claimed:
      return before == JobStatus::queued && after == JobStatus::rendering;
    case EventKind::job_progressed:
      return before == JobStatus::rendering && after == JobStatus::rendering;
    case EventKind::job_finished:
      return before == JobStatus::rendering && after == JobStatus::finished;
    case EventKind::job_failed:
      return (before == JobStatus::rendering || before == JobStatus::pending) &&
             after == JobStatus::error;
    case EventKind::job_cancelled:
      return (is_cancellable(before) || before == JobStatus::rendering) &&
             after == JobStatus::manually_cancelled;
    case EventKind::cancel_skipped:
      return before == after;
    case EventKind::job_unblocked:
      return before == JobStatus::pending && after == JobStatus::queued;
    case EventKind::job_requeued:
      return before == JobStatus::rendering && after == JobStatus::queued;
    case EventKind::stop_requested:
    case EventKind::stop_withdrawn:
      return before == JobStatus::rendering && after == JobStatus::rendering;
    case EventKind::job_reinstated:
      return before == JobStatus::manually_cancelled && is_cancellable(after);
    case EventKind::job_submitted:
    case EventKind::batch_submitted:
    case EventKind::token_created:
    case EventKind::token_revoked:
    case EventKind::key_rotated:
    case EventKind::ledger_restored:
    case EventKind::ledger_cut:
    case EventKind::webhook_created:
    case EventKind::webhook_deleted:
      return false;
  }
  return false;
}

/// Goes through the events of one entry, in order.
class Fitting {
 public:
  Fitting(const State& state, const Entry& entry)
      : state_(state), graph_(state.graph()), entry_(entry) {}

  Doubt envelope() const {
    if (entry_.index != state_.folded()) return "it is not the entry that comes next";
    if (entry_.refusal && !entry_.events.empty()) return "it is refused, and yet has events";
    if (entry_.accepted() && entry_.command.entry && *entry_.command.entry >= entry_.index) {
      return "it is about an entry that is not before it";
    }
    const auto& used = entry_.envelope.idempotency;
    if (used && state_.keys().find(entry_.envelope.actor.team, used->key, entry_.time)) {
      return "its idempotency key is that of an earlier entry";
    }
    return uid();
  }

  Doubt event(std::size_t place) {
    const Event& event = entry_.events[place];
    if (!has_its_detail(event)) return "its detail is not of its kind";
    if (event.via != kNoPlace &&
        (event.via >= place || entry_.events[event.via].number == ledger::kNoJob)) {
      return "what pulled it in is no earlier event of a job";
    }
    switch (event.kind) {
      case EventKind::batch_submitted:
      case EventKind::token_created:
      case EventKind::token_revoked:
      case EventKind::key_rotated:
      case EventKind::ledger_restored:
      case EventKind::ledger_cut:
      case EventKind::webhook_created:
      case EventKind::webhook_deleted:
        return about_no_job(event, place);
      case EventKind::job_submitted:
        return submission(event);
      default:
        return change(event, place);
    }
  }

 private:
  Doubt uid() const {
    std::string_view uid = uid_of(entry_);
    if (uid.empty()) return nullptr;
    if (!ledger::is_uid(uid)) return "the uid of its job is none";
    bool submits = !entry_.events.empty() &&
                   entry_.events.front().kind == EventKind::job_submitted &&
                   entry_.events.front().via == kNoPlace;
    if (!submits) return "it names a job, and submits none";
    const std::string& team = entry_.envelope.actor.team;
    bool taken = state_.names().find_job(team, uid, ~std::uint64_t{0}).has_value();
    return taken ? "there is a job of this uid" : nullptr;
  }

  Doubt about_no_job(const Event& event, std::size_t place) const {
    if (place != 0) return "it is not the first event of its entry";
    if (event.number != ledger::kNoJob || event.before != JobStatus::none ||
        event.after != JobStatus::none) {
      return "it is about no job, and yet has a number or a status of one";
    }
    if (event.kind == EventKind::batch_submitted) {
      return graph_.knows_batch(event.subject) ? "there is a batch of this id" : nullptr;
    }
    if (event.as_if<ledger::WebhookDetail>()) return webhook(event);
    bool of_token =
        event.kind == EventKind::token_created || event.kind == EventKind::token_revoked;
    if (!of_token) return nullptr;
    const TokenRow* token = state_.tokens().find(event.subject);
    if (event.kind == EventKind::token_created) {
      return token ? "there is a token of this id" : nullptr;
    }
    return !token || token->revoked_entry ? "there is no such token to be revoked" : nullptr;
  }

  Doubt webhook(const Event& event) const {
    const Webhook* known = state_.webhooks().find(event.subject);
    if (event.kind == EventKind::webhook_created) {
      return known ? "there is a webhook of this id" : nullptr;
    }
    bool live = known && known->deleted == Webhook::kNever;
    bool own = live && known->team == entry_.envelope.actor.team;
    return own ? nullptr : "the team has no such webhook to be deleted";
  }

  /// The jobs of an entry come breadth first: top-level ones, at first those of a batch, and then
  /// the children of each job in turn, so that children and batches are ranges of numbers.
  Doubt submission(const Event& event) {
    const auto& detail = event.as<ledger::SubmissionDetail>();
    if (event.number != graph_.job_count() + submitted_) return "its number is not the next one";
    if (event.before != JobStatus::none || !is_cancellable(event.after)) {
      return "a new job cannot have this status";
    }
    bool alone = entry_.events.size() == 1;
    if (graph_.knows(event.subject) || (!alone && !ids_.insert(event.subject).second)) {
      return "there is a job of this id";
    }
    std::uint64_t parent = event.via == kNoPlace ? 0 : std::uint64_t{event.via} + 1;
    if (parent < last_parent_) return "it does not stand beside its siblings";
    last_parent_ = parent;
    if (parent != 0 && entry_.events[event.via].kind != EventKind::job_submitted) {
      return "its parent is not submitted with it";
    }
    if (detail.batch) {
      const Event& first = entry_.events.front();
      if (first.kind != EventKind::batch_submitted || first.subject != *detail.batch) {
        return "its batch is not submitted with it";
      }
      if (parent != 0 || submitted_ != in_batch_++) return "it does not stand with its batch";
    }
    ++submitted_;
    return nullptr;
  }

  Doubt change(const Event& event, std::size_t place) {
    if (event.number >= graph_.job_count()) return "there is no job of this number";
    if (graph_.row(event.number).id != event.subject) return "the job of this number is another";
    if (graph_.last_change(event.number).status != event.before) {
      return "the job had another status before";
    }
    if (!is_possible(event.kind, event.before, event.after)) {
      return "it cannot change a job in this way";
    }
    bool alone = entry_.events.size() == 1;
    if (!alone && !changed_.insert(event.number).second) return "the entry has another of this job";
    return progress(event, place);
  }

  /// Each report and each end names the report before it: readers follow these through the log.
  Doubt progress(const Event& event, std::size_t place) const {
    const RunRow* run = graph_.run(event.number);
    if (event.before == JobStatus::rendering && !run) return "the job is not being rendered";
    if (const auto* end = event.as_if<ledger::EndDetail>()) {
      std::optional<ledger::ProgressLink> last;
      if (run) last = run->last();
      return end->progress == last ? nullptr : "the last progress of the run was another";
    }
    if (const auto* report = event.as_if<ledger::ProgressDetail>()) {
      if (place != 0) return "it is not the first event of its entry";
      if (report->progress > 100) return "its progress is beyond 100";
      if (report->previous != run->last()) return "the last progress of the run was another";
    }
    return nullptr;
  }

  const State& state_;
  const JobGraph& graph_;
  const Entry& entry_;
  JobNumber submitted_ = 0;
  JobNumber in_batch_ = 0;
  std::uint64_t last_parent_ = 0;  ///< 0 of a top-level job, else the parent's place plus one
  boost::unordered_flat_set<ledger::JobId, UlidHash> ids_;  ///< of the jobs submitted so far
  boost::unordered_flat_set<JobNumber> changed_;
};

ledger::Failure misfit(const Entry& entry, std::size_t place, Doubt doubt) {
  const Event& event = entry.events[place];
  std::string text = "event " + std::to_string(place) + " (" + std::string(name_of(event.kind)) +
                     " of " + event.subject.text();
  if (event.number != ledger::kNoJob) text += ", job number " + std::to_string(event.number);
  text += ", " + std::string(name_of(event.before)) + " to " + std::string(name_of(event.after));
  return {text + "): " + doubt};
}

}  // namespace

ledger::Status fits(const State& state, const Entry& entry) {
  Fitting fitting(state, entry);
  if (Doubt doubt = fitting.envelope()) return ledger::Failure{doubt};
  for (std::size_t place = 0; place < entry.events.size(); ++place) {
    if (Doubt doubt = fitting.event(place)) return misfit(entry, place, doubt);
  }
  return ledger::ok();
}

}  // namespace jobledger::projections
