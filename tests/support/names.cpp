#include "tests/support/names.h"

#include <stdexcept>

#include "tests/support/notation.h"

namespace jobledger::tests {

using ledger::Event;
using ledger::EventKind;

namespace {

/// The names of the jobs that the command would make, in the order of their events.
std::vector<std::string> names_made(const ledger::Submission& submission) {
  std::vector<const ledger::JobSpec*> roots;
  if (const auto* one = std::get_if<ledger::SubmitJob>(&submission.command)) {
    roots.push_back(&one->job);
  } else if (const auto* batch = std::get_if<ledger::SubmitBatch>(&submission.command)) {
    for (const ledger::BatchItem& item : batch->items) roots.push_back(&item.job);
  }
  return names_in_order(roots, submission.body);
}

ledger::Ulid unknown_id(std::string_view name) {
  ledger::Ulid id{0xffff'0000'0000'0000, 0};
  for (char c : name) id.low = id.low << 8 | static_cast<unsigned char>(c);
  return id;
}

std::string with_progress(const Event& event, const std::string& text) {
  const auto* end = event.as_if<ledger::EndDetail>();
  if (!end || !end->progress || end->progress->progress == 0) return text;
  return text + " at " + std::to_string(end->progress->progress);
}

/// What is particular to the kind of event: all but its cause.
std::string fact(const Event& event, const Names& names) {
  std::string job = names.of(event.subject);
  switch (event.kind) {
    case EventKind::job_submitted:
      return "submitted " + job + ' ' + std::string(name_of(event.after));
    case EventKind::batch_submitted:
      return "batch " + job + " of " + std::to_string(event.as<ledger::BatchDetail>().total);
    case EventKind::job_cancelled:
      return "cancelled " + job;
    case EventKind::cancel_skipped:
      return "skipped " + job + ' ' + std::string(name_of(event.before));
    case EventKind::job_claimed:
      return "claimed " + job + ' ' +
             std::to_string(event.as<ledger::ClaimDetail>().lease_seconds) + 's';
    case EventKind::job_progressed: {
      const auto& detail = event.as<ledger::ProgressDetail>();
      return "progressed " + job + ' ' + std::to_string(detail.previous.progress) + "->" +
             std::to_string(detail.progress);
    }
    case EventKind::job_finished:
      return with_progress(event, "finished " + job);
    case EventKind::job_failed:
      return with_progress(event, "failed " + job) + " '" +
             names.in(event.as<ledger::EndDetail>().error) + '\'';
    case EventKind::job_unblocked:
      return "unblocked " + job;
    case EventKind::job_requeued:
      return with_progress(event, "requeued " + job);
    case EventKind::token_created:
      return "token " + job;
    case EventKind::token_revoked:
      return "revoked " + job;
    case EventKind::key_rotated:
      return "key " + event.as<ledger::KeyDetail>().after;
    case EventKind::ledger_restored:
      return "restored " + event.as<ledger::Restoration>().backup;
    case EventKind::ledger_cut:
      return "cut " + event.as<ledger::Cut>().put_aside;
    case EventKind::webhook_created:
      return "hooked " + job;
    case EventKind::webhook_deleted:
      return "unhooked " + job;
    case EventKind::stop_requested:
      return "stop " + job;
    case EventKind::stop_withdrawn:
      return "go-on " + job;
    case EventKind::job_reinstated:
      return "reinstated " + job + ' ' + std::string(name_of(event.after));
  }
  return "?";
}

std::string tell(const ledger::Refusal& refusal, const Names& names) {
  std::string text = "refused " + std::string(name_of(refusal.code));
  for (const ledger::Offender& offender : refusal.offenders) {
    bool created = refusal.code != ledger::RefusalCode::batch_failed;
    text += ' ' + (created ? names.in(offender.id) : '[' + std::to_string(offender.place) + ']');
    if (offender.status != ledger::JobStatus::none) {
      text += ':' + std::string(name_of(offender.status));
    }
  }
  return text;
}

}  // namespace

void Names::learn(const ledger::Submission& submission, const ledger::Entry& entry) {
  std::vector<std::string> made = names_made(submission);
  std::size_t next = 0;
  for (const Event& event : entry.events) {
    if (event.kind == EventKind::job_submitted) learn(made.at(next++), event.subject);
    if (event.kind == EventKind::batch_submitted) {
      learn(submission.body.substr(0, submission.body.find(' ')), event.subject);
    }
    if (event.kind == EventKind::token_created) {
      learn(event.as<ledger::TokenDetail>().name, event.subject);
    }
    if (event.kind == EventKind::webhook_created) {
      const std::string& url = event.as<ledger::WebhookDetail>().url;
      learn(url.substr(url_of_webhook("").size()), event.subject);
    }
    if (event.kind == EventKind::job_claimed) {
      leases_[event.subject].push_back(event.as<ledger::ClaimDetail>().lease);
    }
  }
}

void Names::learn(std::string name, ledger::Ulid id) {
  if (!ids_.emplace(name, id).second) throw std::logic_error("two things are called " + name);
  names_.emplace(id, std::move(name));
}

ledger::Ulid Names::id(std::string_view name) const {
  if (name.front() == '?') return unknown_id(name);
  auto it = ids_.find(name);
  if (it == ids_.end()) throw std::logic_error("nothing is called " + std::string(name));
  return it->second;
}

std::string Names::url_of_webhook(std::string_view name) {
  return "https://hooks.example/" + std::string(name);
}

std::string Names::impossible(std::string_view name) {
  std::string text = unknown_id(name).text();
  text.front() = 'Z';
  return text;
}

ledger::LeaseId Names::lease(std::string_view job, std::size_t which) const {
  auto it = leases_.find(id(job));
  if (it == leases_.end()) return unknown_id("lease");
  return which == 0 ? it->second.back() : it->second.at(which - 1);
}

std::string Names::of(ledger::Ulid id) const {
  auto it = names_.find(id);
  if (it != names_.end()) return it->second;
  return in(id.text());
}

std::string Names::in(std::string text) const {
  for (std::size_t at = 0; at + 26 <= text.size(); ++at) {
    std::string_view word = std::string_view(text).substr(at, 26);
    if (!ledger::Ulid::well_formed(word)) continue;
    std::optional<ledger::Ulid> id = ledger::Ulid::parse(word);
    std::string name;
    if (id && names_.contains(*id)) {
      name = names_.at(*id);
    } else {
      // The letters of a made-up id are in its low half.
      std::string legal(word);
      legal.front() = id ? legal.front() : '7';
      std::uint64_t letters = ledger::Ulid::parse(legal)->low;
      for (; letters != 0; letters >>= 8) name.insert(name.begin(), static_cast<char>(letters));
    }
    text.replace(at, 26, name);
    at += name.size();
  }
  return text;
}

std::string tell(const std::vector<Event>& events, const Names& names) {
  std::string text;
  for (const Event& event : events) {
    if (!text.empty()) text += "; ";
    text += fact(event, names);
    if (event.cause != ledger::Cause::none) text += ' ' + std::string(name_of(event.cause));
    if (event.via == ledger::kNoPlace) continue;
    text +=
        (event.cause == ledger::Cause::none ? " <" : "<") + names.of(events.at(event.via).subject);
  }
  return text;
}

std::string tell(const ledger::Receipt& receipt, const Names& names) {
  std::string text;
  if (receipt.refusal) text = tell(*receipt.refusal, names);
  if (receipt.entry && receipt.entry->accepted()) text = tell(receipt.entry->events, names);
  if (receipt.replayed) return "replayed entry " + std::to_string(receipt.version - 1);
  if (!receipt.recorded) return text.empty() ? "nothing" : text + " (not recorded)";
  return text.empty() ? "no events" : text;
}

}  // namespace jobledger::tests
