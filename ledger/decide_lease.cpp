#include "ledger/cascade.h"
#include "ledger/decide.h"
#include "ledger/reports.h"

namespace jobledger::ledger {
namespace {

/// The job was asked to stop, and has: it ends cancelled, and takes along what has come to wait
/// beside it since it was asked.
Decision cancel_stopped(const JobView& view, const Held& held, Cause cause) {
  Decision decision;
  decision.stop_entry = held.job.stop_entry;
  Event event = event_of(EventKind::job_cancelled, held.job, JobStatus::manually_cancelled, cause);
  event.detail = make_detail<Detail>(EndDetail{{}, {}, held.run.progress});
  decision.events.push_back(std::move(event));
  Cascade cascade(view, decision.events, {.silent_skips = true});
  cascade.leave(held.job.number);
  cascade.spread();
  return decision;
}

Decision give_up(const JobView& view, const Held& held, const Rules& rules) {
  Decision decision;
  std::string error = "its lease ended " + std::to_string(view.ended_leases(held.job.number) + 1) +
                      " times without a report of its end";
  Event event = event_of(EventKind::job_failed, held.job, JobStatus::error, Cause::lease_ended);
  event.detail = make_detail<Detail>(EndDetail{{}, error, held.run.progress});
  decision.events.push_back(std::move(event));
  fail_ancestors(view, held.job, error, rules.on_child_error, decision.events);
  return decision;
}

}  // namespace

Decision decide_stopped(const JobView& view, const ReportStopped& command,
                        const DecideContext& context) {
  auto found = find_held(view, command.job, command.lease, ReportKind::stopped, context);
  if (Decision* refused = std::get_if<Decision>(&found)) return std::move(*refused);
  const Held& held = std::get<Held>(found);
  if (held.job.stopping()) return cancel_stopped(view, held, Cause::stopped);
  Decision refused =
      refuse(RefusalCode::no_stop_requested,
             {{held.job.id.text(), held.job.status, held.job.status_entry, kNotInList, {}, {}}});
  refused.recorded =
      !view.late_report_recorded(held.job.number, command.lease, ReportKind::stopped);
  return refused;
}

Decision decide_expire(const JobView& view, const ExpireLease& command,
                       const DecideContext& context) {
  std::optional<JobNumber> number = view.find_job(context.actor.team, command.job);
  std::optional<Run> run = number ? view.run(*number) : std::nullopt;
  // Ended, or claimed again, while the command was on its way: there is nothing to expire.
  if (!run || run->lease != command.lease) return nothing();
  Held held{view.facts(*number), *run};
  if (held.job.stopping()) return cancel_stopped(view, held, Cause::lease_ended);
  std::uint32_t most = context.rules.max_attempts;
  if (most != 0 && view.ended_leases(*number) + 1 >= most) {
    return give_up(view, held, context.rules);
  }
  Decision decision;
  Event event = event_of(EventKind::job_requeued, held.job, JobStatus::queued, Cause::lease_ended);
  event.detail = make_detail<Detail>(EndDetail{{}, {}, run->progress});
  decision.events.push_back(std::move(event));
  return decision;
}

}  // namespace jobledger::ledger
