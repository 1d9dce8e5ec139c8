#include <algorithm>

#include "ledger/cascade.h"
#include "ledger/confirm_plan.h"
#include "ledger/decide.h"

namespace jobledger::ledger {
namespace {

/// Ends a cascade's decision: all of it, or a refusal if it is more than one entry may hold.
Decision finish(Decision decision, const Rules& rules) {
  if (jobs_taken(decision) <= rules.max_jobs_per_entry) return decision;
  Decision refused = refuse(RefusalCode::too_many_jobs, {}, rules.max_jobs_per_entry);
  refused.recorded = false;  // answered 400, like any request that asks for too much
  return refused;
}

Cascade::Manner manner_of(const CancelOptions& options, const Rules& rules) {
  return {.stop_running = options.stop_running, .enough = rules.max_jobs_per_entry};
}

/// The ids of the request that no job can have.
std::vector<Offender> impossible_ones(const CancelJobs& command) {
  std::vector<Offender> offenders;
  for (std::size_t i = 0; i < command.impossible.size(); ++i) {
    std::size_t place = i < command.impossible_places.size() ? command.impossible_places[i]
                                                             : command.jobs.size() + i;
    offenders.push_back({command.impossible[i],
                         JobStatus::none,
                         std::nullopt,
                         static_cast<std::uint32_t>(place),
                         {},
                         {}});
  }
  return offenders;
}

/// The place in the request of each of `jobs`, which are those that the impossible ones left.
std::vector<std::uint32_t> places_of_jobs(const CancelJobs& command) {
  std::vector<std::uint32_t> places;
  auto taken = command.impossible_places.begin();
  for (std::uint32_t place = 0; places.size() < command.jobs.size(); ++place) {
    if (taken != command.impossible_places.end() && *taken == place) {
      ++taken;
    } else {
      places.push_back(place);
    }
  }
  return places;
}

bool can_be_taken(const JobFacts& job, const CancelOptions& options) {
  if (is_cancellable(job.status)) return true;
  return options.stop_running && job.status == JobStatus::rendering && !job.stopping();
}

Decision plan(const CascadeView& view, const CancelJobs& command, const DecideContext& context) {
  std::vector<JobNumber> jobs;
  std::vector<Offender> unknown = impossible_ones(command);
  std::vector<Offender> not_cancellable;
  std::vector<std::uint32_t> places = places_of_jobs(command);
  for (std::size_t i = 0; i < command.jobs.size(); ++i) {
    std::optional<JobNumber> job = view.find_job(context.actor.team, command.jobs[i]);
    if (!job) {
      unknown.push_back({command.jobs[i].text(), JobStatus::none, std::nullopt, places[i], {}, {}});
      continue;
    }
    JobFacts facts = view.facts(*job);
    if (!can_be_taken(facts, command.options)) {
      not_cancellable.push_back(
          {facts.id.text(), facts.status, facts.status_entry, places[i], {}, {}});
      if (facts.stopping()) not_cancellable.back().note = "it has been asked to stop already";
    }
    jobs.push_back(*job);
  }
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end(),
              [](const Offender& a, const Offender& b) { return a.place < b.place; });
    return refuse(RefusalCode::job_not_found, std::move(unknown));
  }
  if (!not_cancellable.empty()) {
    return refuse(RefusalCode::not_cancellable, std::move(not_cancellable));
  }

  Decision decision;
  Cascade cascade(view, decision.events, manner_of(command.options, context.rules));
  for (JobNumber job : jobs) cascade.visit(job, Cause::requested, kNoPlace);
  cascade.spread();
  return finish(std::move(decision), context.rules);
}

Decision plan(const CascadeView& view, const CancelBatch& command, const DecideContext& context) {
  if (!command.impossible.empty()) {
    return refuse(RefusalCode::batch_not_found, {{command.impossible, {}, {}, kNotInList, {}, {}}});
  }
  std::optional<BatchFacts> batch = view.find_batch(context.actor.team, command.batch);
  if (!batch)
    return refuse(RefusalCode::batch_not_found,
                  {{command.batch.text(), {}, {}, kNotInList, {}, {}}});

  Decision decision;
  Cascade cascade(view, decision.events, manner_of(command.options, context.rules));
  for (std::uint32_t i = 0; i < batch->count; ++i) {
    cascade.visit(batch->first + i, Cause::batch, kNoPlace);
  }
  cascade.spread();
  return finish(std::move(decision), context.rules);
}

/// The plan as it is now, if it is the one that was to be confirmed, where one was.
template <typename Cancel>
Decision confirmed(const CascadeView& view, const Cancel& command, const DecideContext& context) {
  Decision now = plan(view, command, context);
  if (!command.options.plan) return now;
  return confirm_plan(view, *command.options.plan, std::move(now), context.actor.team,
                      [&](const CascadeView& then) { return plan(then, command, context); });
}

/// The guard of the token.
template <typename Cancel>
Decision guarded(const CascadeView& view, const Cancel& command, const DecideContext& context) {
  Decision decision = confirmed(view, command, context);
  std::uint32_t most = context.actor.confirm_above;
  if (most == 0 || command.options.plan || jobs_taken(decision) <= most) return decision;
  return refuse(RefusalCode::confirmation_required, {}, most);
}

}  // namespace

Decision decide_cancel(const JobView& view, const CancelJobs& command,
                       const DecideContext& context) {
  return guarded(view, command, context);
}

Decision decide_cancel_batch(const JobView& view, const CancelBatch& command,
                             const DecideContext& context) {
  return guarded(view, command, context);
}

Decision decide_plan(const CascadeView& view, const Command& command,
                     const DecideContext& context) {
  if (auto scope = missing_scope(command, context.actor)) {
    return refuse(RefusalCode::insufficient_scope, {}, static_cast<std::uint64_t>(*scope));
  }
  if (const auto* jobs = std::get_if<CancelJobs>(&command)) return confirmed(view, *jobs, context);
  const auto* batch = std::get_if<CancelBatch>(&command);
  JL_ASSERT(batch);
  return confirmed(view, *batch, context);
}

}  // namespace jobledger::ledger
