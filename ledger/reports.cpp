#include "ledger/reports.h"

#include "ledger/cascade.h"

namespace jobledger::ledger {

Event event_of(EventKind kind, const JobFacts& job, JobStatus after, Cause cause,
               std::uint32_t via) {
  Event event;
  event.kind = kind;
  event.cause = cause;
  event.before = job.status;
  event.after = after;
  event.number = job.number;
  event.via = via;
  event.subject = job.id;
  return event;
}

std::variant<Held, Decision> find_held(const JobView& view, JobId id, LeaseId lease,
                                       ReportKind kind, const DecideContext& context) {
  std::optional<JobNumber> number = view.find_job(context.actor.team, id);
  if (!number) return refuse(RefusalCode::job_not_found, {{id.text(), {}, {}, kNotInList, {}, {}}});
  JobFacts job = view.facts(*number);
  std::optional<Run> run = view.run(*number);
  if (run && run->lease == lease) return Held{job, *run};
  Decision late = refuse(is_final(job.status) ? RefusalCode::job_final : RefusalCode::stale_lease,
                         {{id.text(), job.status, job.status_entry, kNotInList, {}, {}}});
  late.recorded = !view.late_report_recorded(*number, lease, kind);
  return late;
}

void fail_ancestors(const JobView& view, JobFacts failed, const std::string& error,
                    OnChildError rule, std::vector<Event>& events) {
  std::vector<std::uint32_t> failures = {0};
  Cascade cascade(view, events, {});
  cascade.leave(failed.number);
  std::vector<JobFacts> chain = {failed};
  while (chain.back().parent != kNoJob) {
    JobFacts parent = view.facts(chain.back().parent);
    if (parent.status != JobStatus::pending) break;
    Event event = event_of(EventKind::job_failed, parent, JobStatus::error, Cause::child_failed,
                           failures.back());
    event.detail = make_detail<Detail>(
        EndDetail{{}, "child " + chain.back().id.text() + " failed: " + error, std::nullopt});
    failures.push_back(static_cast<std::uint32_t>(events.size()));
    events.push_back(std::move(event));
    cascade.leave(parent.number);
    chain.push_back(parent);
  }
  if (rule == OnChildError::fail_parent_only) return;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (chain[i].parent == kNoJob) break;
    cascade.leave(chain[i].parent);
    // Where the parent had ended before, this is one of perhaps thousands of children that fail
    // one after the other: the log need not say each time that the others were left alone.
    bool parent_ended_before = i + 1 == chain.size();
    cascade.skip_silently(parent_ended_before);
    cascade.visit_siblings(chain[i], Cause::child_failed, failures[i]);
  }
  cascade.skip_silently(false);
  cascade.spread();
}

}  // namespace jobledger::ledger
