#include "projections/outcome.h"

#include <algorithm>
#include <map>
#include <vector>

namespace jobledger::projections {

using ledger::CommandKind;
using ledger::Entry;
using ledger::Event;
using ledger::EventKind;
using ledger::RefusalCode;

namespace {

/// Without what depends on where in its ledger an entry stands.
Event placeless(Event event) {
  event.number = ledger::kNoJob;
  if (!event.detail) return event;
  ledger::Detail detail = *event.detail;
  if (auto* submission = std::get_if<ledger::SubmissionDetail>(&detail)) {
    submission->payload_hash = {};
  } else if (auto* progress = std::get_if<ledger::ProgressDetail>(&detail)) {
    progress->previous.entry = 0;
  } else if (auto* end = std::get_if<ledger::EndDetail>(&detail); end && end->progress) {
    end->progress->entry = 0;
  }
  event.detail = ledger::make_detail(std::move(detail));
  return event;
}

ledger::Refusal placeless(ledger::Refusal refusal) {
  if (refusal.code == RefusalCode::plan_changed) refusal.limit = 0;  // a version
  bool names_entry = refusal.code == RefusalCode::cancellation_not_found ||
                     refusal.code == RefusalCode::nothing_to_undo;
  for (ledger::Offender& offender : refusal.offenders) {
    offender.entry.reset();
    if (names_entry) offender.id.clear();
  }
  return refusal;
}

std::string_view verb_of(EventKind kind) {
  switch (kind) {
    case EventKind::job_submitted:
      return "submitted";
    case EventKind::batch_submitted:
      return "made batch";
    case EventKind::job_cancelled:
      return "cancelled";
    case EventKind::cancel_skipped:
      return "left alone";
    case EventKind::job_claimed:
      return "claimed";
    case EventKind::job_progressed:
      return "recorded the progress of";
    case EventKind::job_finished:
      return "finished";
    case EventKind::job_failed:
      return "ended in error";
    case EventKind::job_unblocked:
      return "unblocked";
    case EventKind::job_requeued:
      return "requeued";
    case EventKind::token_created:
      return "issued token";
    case EventKind::token_revoked:
      return "revoked token";
    case EventKind::key_rotated:
      return "made key";
    case EventKind::ledger_restored:
      return "recorded restoration";
    case EventKind::ledger_cut:
      return "recorded cut";
    case EventKind::webhook_created:
      return "made webhook";
    case EventKind::webhook_deleted:
      return "deleted webhook";
    case EventKind::stop_requested:
      return "asked to stop";
    case EventKind::stop_withdrawn:
      return "let go on";
    case EventKind::job_reinstated:
      return "reinstated";
  }
  return "changed";
}

bool is_about_job(EventKind kind) {
  return kind != EventKind::batch_submitted && kind != EventKind::token_created &&
         kind != EventKind::token_revoked && kind != EventKind::key_rotated &&
         kind != EventKind::ledger_restored && kind != EventKind::ledger_cut &&
         kind != EventKind::webhook_created && kind != EventKind::webhook_deleted;
}

/// What the entry did to each job, and the like; empty of a refused one.
std::map<ledger::Ulid, std::string> fates_in(const Entry& entry) {
  std::map<ledger::Ulid, std::string> fates;
  for (const Event& event : entry.events) fates[event.subject] = verb_of(event.kind);
  return fates;
}

std::string changed_fates(const Entry& was, const Entry& now) {
  constexpr std::size_t kNamed = 5;
  auto before = fates_in(was);
  auto after = fates_in(now);
  for (const auto& [subject, fate] : after) before.try_emplace(subject, "not touched");
  std::string text;
  std::size_t changed = 0;
  for (const auto& [subject, fate] : before) {
    auto at = after.find(subject);
    std::string_view other = at == after.end() ? "not touched" : std::string_view(at->second);
    if (fate == other || ++changed > kNamed) continue;
    text += (text.empty() ? "" : "; ") + subject.text() + " was " + fate + ", and is " +
            std::string(other);
  }
  if (changed > kNamed) text += "; and " + std::to_string(changed - kNamed) + " more";
  return text.empty() ? "the same jobs, in another order or from another status" : text;
}

std::string why_no_entry(const Entry& was) {
  switch (was.command.kind) {
    case CommandKind::claim_job:
      return "no job waits for it";
    case CommandKind::report_progress:
      return "it is too small a step from the progress recorded before";
    case CommandKind::expire_lease:
      return "the job is not held under this lease";
    case CommandKind::revoke_token:
      return "the token is revoked already";
    case CommandKind::delete_webhook:
      return "the webhook is deleted already";
    default:
      return "there is nothing for it to do";
  }
}

}  // namespace

bool same_outcome(const Entry& a, const Entry& b) {
  if (a.refusal.has_value() != b.refusal.has_value()) return false;
  if (a.refusal && !(placeless(*a.refusal) == placeless(*b.refusal))) return false;
  if (a.events.size() != b.events.size()) return false;
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    if (!(placeless(a.events[i]) == placeless(b.events[i]))) return false;
  }
  return true;
}

std::string outcome_in_words(const Entry& entry) {
  if (entry.refusal) return "refused (" + std::string(name_of(entry.refusal->code)) + ")";
  struct Part {
    EventKind kind;
    std::size_t count;
    ledger::Ulid subject;
  };
  std::vector<Part> parts;  // in the order of the events
  for (const Event& event : entry.events) {
    auto same = std::find_if(parts.begin(), parts.end(),
                             [&](const Part& part) { return part.kind == event.kind; });
    if (same == parts.end()) same = parts.insert(same, {event.kind, 0, event.subject});
    ++same->count;
  }
  std::string text;
  for (const Part& part : parts) {
    text += (text.empty() ? "" : ", ") + std::string(verb_of(part.kind)) + ' ';
    if (part.count > 1) {
      text += std::to_string(part.count) + " jobs";
    } else {
      text += (is_about_job(part.kind) ? "job " : "") + part.subject.text();
    }
  }
  return text.empty() ? "changed nothing" : text;
}

std::string outcome_in_words(const ledger::Receipt& receipt) {
  return receipt.entry ? outcome_in_words(*receipt.entry) : "made no entry";
}

std::string why_otherwise(const Entry& was, const ledger::Receipt& now) {
  if (!now.entry && now.refusal) {
    return describe(*now.refusal) + " (and that is recorded before, or not at all)";
  }
  if (!now.entry) return why_no_entry(was);
  if (now.refusal) return describe(*now.refusal);
  if (was.refusal) return "what it was refused for is not so: " + describe(*was.refusal);
  return changed_fates(was, *now.entry);
}

}  // namespace jobledger::projections
