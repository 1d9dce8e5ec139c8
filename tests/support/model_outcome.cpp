#include "tests/support/model.h"

namespace jobledger::tests {

using ledger::EventKind;
using ledger::JobId;
using ledger::RefusalCode;

Made made_by(const ledger::Receipt& receipt) {
  Made made;
  if (!receipt.entry) return made;
  for (const ledger::Event& event : receipt.entry->events) {
    if (event.kind == EventKind::job_submitted) made.jobs.push_back(event.subject);
    if (event.kind == EventKind::batch_submitted) made.batch = event.subject;
    if (event.kind == EventKind::token_created) made.token = event.subject;
    if (event.kind == EventKind::webhook_created) made.webhook = event.subject;
    if (event.kind == EventKind::job_claimed) made.lease = event.as<ledger::ClaimDetail>().lease;
  }
  return made;
}

Outcome outcome_of(const ledger::Receipt& receipt) {
  Outcome outcome;
  outcome.recorded = receipt.recorded;
  outcome.replayed = receipt.replayed;
  outcome.version = receipt.version;
  if (receipt.refusal) {
    outcome.refusal = receipt.refusal->code;
    for (const ledger::Offender& offender : receipt.refusal->offenders) {
      // Of a batch that failed it is an id that the ledger made.
      if (outcome.refusal != RefusalCode::batch_failed) outcome.offenders.push_back(offender.id);
    }
  }
  if (!receipt.entry) return outcome;
  for (const ledger::Event& event : receipt.entry->events) {
    if (event.kind == EventKind::job_cancelled) outcome.cancelled.push_back(event.subject);
    if (event.kind == EventKind::cancel_skipped) outcome.skipped.push_back(event.subject);
    if (event.kind == EventKind::job_failed) outcome.failed.push_back(event.subject);
    if (event.kind == EventKind::job_unblocked) outcome.unblocked.push_back(event.subject);
    if (event.kind == EventKind::job_requeued) outcome.requeued.push_back(event.subject);
    if (event.kind == EventKind::stop_requested) outcome.asked_to_stop.push_back(event.subject);
    if (event.kind == EventKind::stop_withdrawn) outcome.told_to_go_on.push_back(event.subject);
    if (event.kind == EventKind::job_reinstated) outcome.reinstated.push_back(event.subject);
  }
  return outcome;
}

std::string to_text(const Outcome& outcome) {
  std::string text = "version " + std::to_string(outcome.version);
  text += outcome.recorded ? ", recorded" : ", not recorded";
  if (outcome.replayed) text += ", replayed";
  if (outcome.refusal) text += ", refused " + std::string(name_of(*outcome.refusal));
  for (const std::string& id : outcome.offenders) text += " " + id;
  auto add = [&](const char* what, const std::vector<JobId>& jobs) {
    if (jobs.empty()) return;
    text += std::string(", ") + what;
    for (JobId id : jobs) text += " " + id.text();
  };
  add("cancelled", outcome.cancelled);
  add("skipped", outcome.skipped);
  add("failed", outcome.failed);
  add("unblocked", outcome.unblocked);
  add("requeued", outcome.requeued);
  add("asked to stop", outcome.asked_to_stop);
  add("told to go on", outcome.told_to_go_on);
  add("reinstated", outcome.reinstated);
  return text;
}

}  // namespace jobledger::tests
