#include "ledger/cascade.h"

namespace jobledger::ledger {

EventKind Cascade::outcome_for(const JobFacts& job) const {
  if (is_cancellable(job.status)) return EventKind::job_cancelled;
  bool to_stop = manner_.stop_running && job.status == JobStatus::rendering && !job.stopping();
  return to_stop ? EventKind::stop_requested : EventKind::cancel_skipped;
}

void Cascade::add(const JobFacts& job, EventKind kind, Cause cause, std::uint32_t via) {
  Event event;
  event.kind = kind;
  event.cause = cause;
  event.before = job.status;
  event.after = kind == EventKind::job_cancelled ? JobStatus::manually_cancelled : job.status;
  event.number = job.number;
  event.via = via;
  event.subject = job.id;
  events_.push_back(std::move(event));
  taken_ += kind != EventKind::cancel_skipped;
}

void Cascade::visit(JobNumber job, Cause cause, std::uint32_t via) {
  if (visited_.contains(job)) return;
  JobFacts facts = view_.facts(job);
  EventKind kind = outcome_for(facts);
  if (kind == EventKind::cancel_skipped && manner_.silent_skips) return;
  visited_.insert(job);
  add(facts, kind, cause, via);
}

void Cascade::request_stop(JobNumber job, Cause cause, std::uint32_t via) {
  if (!visited_.insert(job).second) return;
  add(view_.facts(job), EventKind::stop_requested, cause, via);
}

void Cascade::visit_siblings(const JobFacts& job, Cause cause, std::uint32_t via) {
  // Once for each parent: a thousand cancelled siblings need not each look at all the others.
  if (job.parent == kNoJob || !swept_.insert(job.parent).second) return;
  JobFacts parent = view_.facts(job.parent);
  for (std::uint32_t i = 0; i < parent.child_count; ++i) {
    JobNumber sibling = parent.first_child + i;
    if (sibling != job.number) visit(sibling, cause, via);
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
  for (; next_ < events_.size() && taken_ <= manner_.enough; ++next_) {
    EventKind kind = events_[next_].kind;
    if (kind == EventKind::job_cancelled || kind == EventKind::stop_requested) visit_from(next_);
  }
}

}  // namespace jobledger::ledger
