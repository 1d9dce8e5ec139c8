#include "ledger/cascade.h"

namespace jobledger::ledger {

void Cascade::visit(JobNumber job, Cause cause, std::uint32_t via) {
  if (!visited_.insert(job).second) return;
  JobFacts facts = view_.facts(job);
  Event event;
  event.cause = cause;
  event.before = facts.status;
  event.after = facts.status;
  event.number = job;
  event.via = via;
  event.subject = facts.id;
  event.kind = EventKind::cancel_skipped;
  if (is_cancellable(facts.status)) {
    event.kind = EventKind::job_cancelled;
    event.after = JobStatus::manually_cancelled;
  }
  events_.push_back(std::move(event));
}

void Cascade::visit_siblings(const JobFacts& job, Cause cause, std::uint32_t via,
                             bool waiting_only) {
  // Once for each parent: a thousand cancelled siblings need not each look at all the others.
  if (job.parent == kNoJob || !swept_.insert(job.parent).second) return;
  JobFacts parent = view_.facts(job.parent);
  for (std::uint32_t i = 0; i < parent.child_count; ++i) {
    JobNumber sibling = parent.first_child + i;
    if (sibling == job.number) continue;
    if (waiting_only && !is_cancellable(view_.facts(sibling).status)) continue;
    visit(sibling, cause, via);
  }
}

void Cascade::visit_from(std::uint32_t place) {
  JobFacts job = view_.facts(events_[place].number);
  if (job.parent != kNoJob) {
    visit(job.parent, Cause::child, place);
    visit_siblings(job, Cause::sibling, place);
  }
  if (job.child_count == 0 || !swept_.insert(job.number).second) return;
  for (std::uint32_t i = 0; i < job.child_count; ++i) {
    visit(job.first_child + i, Cause::parent, place);
  }
}

void Cascade::spread() {
  for (; next_ < events_.size(); ++next_) {
    if (events_[next_].kind == EventKind::job_cancelled) visit_from(next_);
  }
}

}  // namespace jobledger::ledger
