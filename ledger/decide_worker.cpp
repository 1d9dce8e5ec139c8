#include "ledger/decide.h"
#include "ledger/reports.h"

namespace jobledger::ledger {

Decision decide_claim(const JobView& view, const ClaimJob& command, const DecideContext& context) {
  std::optional<JobNumber> number;
  if (!command.impossible.empty()) {
    return refuse(RefusalCode::job_not_found, {{command.impossible, {}, {}, kNotInList, {}, {}}});
  }
  if (command.job) {
    number = view.find_job(context.actor.team, *command.job);
    if (!number)
      return refuse(RefusalCode::job_not_found,
                    {{command.job->text(), {}, {}, kNotInList, {}, {}}});
  } else {
    number = view.next_queued(context.actor.team, command.tags);
    if (!number) return nothing();
  }
  JobFacts job = view.facts(*number);
  if (job.status != JobStatus::queued) {
    return refuse(RefusalCode::not_queued,
                  {{job.id.text(), job.status, job.status_entry, kNotInList, {}, {}}});
  }
  Decision decision;
  Event event = event_of(EventKind::job_claimed, job, JobStatus::rendering);
  std::uint32_t seconds =
      command.lease_seconds != 0 ? command.lease_seconds : context.rules.lease_seconds;
  event.detail = make_detail<Detail>(ClaimDetail{context.ids.next_ulid(context.now), seconds});
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_progress(const JobView& view, const ReportProgress& command,
                         const DecideContext& context) {
  auto found = find_held(view, command.job, command.lease, ReportKind::progress, context);
  if (Decision* refused = std::get_if<Decision>(&found)) return std::move(*refused);
  const Held& held = std::get<Held>(found);
  std::uint32_t last = held.run.progress.progress;
  std::uint32_t moved = command.progress > last ? command.progress - last : last - command.progress;
  bool completes = command.progress == 100 && last != 100;
  if (moved == 0 || (moved < context.rules.progress_step && !completes)) return nothing();
  Decision decision;
  Event event = event_of(EventKind::job_progressed, held.job, held.job.status);
  event.detail = make_detail<Detail>(ProgressDetail{command.progress, held.run.progress});
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_finish(const JobView& view, const FinishJob& command,
                       const DecideContext& context) {
  auto found = find_held(view, command.job, command.lease, ReportKind::finish, context);
  if (Decision* refused = std::get_if<Decision>(&found)) return std::move(*refused);
  const Held& held = std::get<Held>(found);
  Decision decision;
  Event event = event_of(EventKind::job_finished, held.job, JobStatus::finished);
  event.detail = make_detail<Detail>(EndDetail{command.output_url, {}, held.run.progress});
  decision.events.push_back(std::move(event));
  if (held.job.parent == kNoJob) return decision;
  JobFacts parent = view.facts(held.job.parent);
  if (parent.status == JobStatus::pending && view.unfinished_children(parent.number) == 1) {
    decision.events.push_back(
        event_of(EventKind::job_unblocked, parent, JobStatus::queued, Cause::child_finished, 0));
  }
  return decision;
}

Decision decide_fail(const JobView& view, const FailJob& command, const DecideContext& context) {
  auto found = find_held(view, command.job, command.lease, ReportKind::fail, context);
  if (Decision* refused = std::get_if<Decision>(&found)) return std::move(*refused);
  const Held& held = std::get<Held>(found);
  Decision decision;
  Event event = event_of(EventKind::job_failed, held.job, JobStatus::error);
  event.detail = make_detail<Detail>(EndDetail{{}, command.error, held.run.progress});
  decision.events.push_back(std::move(event));
  fail_ancestors(view, held.job, command.error, context.rules.on_child_error, decision.events);
  return decision;
}

}  // namespace jobledger::ledger
