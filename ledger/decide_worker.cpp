#include "ledger/cascade.h"
#include "ledger/decide.h"

namespace jobledger::ledger {
namespace {

Event event_of(EventKind kind, const JobFacts& job, JobStatus after, Cause cause = Cause::none,
               std::uint32_t via = kNoPlace) {
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

/// The job a report is about, if it is held under the report's lease; else the refusal.
struct Held {
  JobFacts job;
  Run run;
};

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

/// The parent, its own parent and so on, each ended in error while it waits; at each level the
/// waiting siblings of the failed job are cancelled with what hangs below them.
void fail_ancestors(const JobView& view, JobFacts failed, const std::string& error,
                    OnChildError rule, std::vector<Event>& events) {
  std::vector<std::uint32_t> failures = {0};
  Cascade cascade(view, events);
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
    cascade.visit_siblings(chain[i], Cause::child_failed, failures[i], parent_ended_before);
  }
  cascade.spread();
}

}  // namespace

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

Decision decide_expire(const JobView& view, const ExpireLease& command,
                       const DecideContext& context) {
  std::optional<JobNumber> number = view.find_job(context.actor.team, command.job);
  std::optional<Run> run = number ? view.run(*number) : std::nullopt;
  // Ended, or claimed again, while the command was on its way: there is nothing to expire.
  if (!run || run->lease != command.lease) return nothing();
  Decision decision;
  Event event =
      event_of(EventKind::job_requeued, view.facts(*number), JobStatus::queued, Cause::lease_ended);
  event.detail = make_detail<Detail>(EndDetail{{}, {}, run->progress});
  decision.events.push_back(std::move(event));
  return decision;
}

}  // namespace jobledger::ledger
