#include <algorithm>

#include "tests/support/model_cascade.h"

namespace jobledger::tests {

using ledger::JobId;
using ledger::JobStatus;
using ledger::RefusalCode;

/// What a cancel comes to, if the jobs stand as at some moment.
struct Model::Plan {
  std::optional<RefusalCode> refusal;
  std::vector<std::string> offenders;
  std::vector<JobId> taken;
  std::vector<JobId> left;

  /// What is to become of a job, as a word of the plan; empty if it is not in it.
  std::string fate_of(JobId id) const {
    if (std::count(taken.begin(), taken.end(), id) != 0) return "taken";
    if (std::count(left.begin(), left.end(), id) != 0) return "left";
    if (std::count(offenders.begin(), offenders.end(), id.text()) != 0) return "refused";
    return {};
  }
};

Model::Plan Model::plan(const ledger::CancelJobs& command, const std::string& team,
                        const Moment& at) const {
  bool stop = command.options.stop_running;
  Closure closure(*this, at, stop);
  Plan unknown{RefusalCode::job_not_found, {}, {}, {}};
  Plan settled{RefusalCode::not_cancellable, {}, {}, {}};
  for (JobId id : command.jobs) {
    if (!at.contains(id) || job(id).team != team) {
      unknown.offenders.push_back(id.text());
    } else {
      if (!can_be_taken(at.at(id), stop)) settled.offenders.push_back(id.text());
      closure.visit(id);
    }
  }
  for (const std::string& id : command.impossible) unknown.offenders.push_back(id);
  if (!unknown.offenders.empty()) return unknown;
  if (!settled.offenders.empty()) return settled;
  closure.spread();
  return limited({std::nullopt, {}, closure.taken, closure.left});
}

Model::Plan Model::plan(const ledger::CancelBatch& command, const std::string& team,
                        const Moment& at) const {
  std::string id = command.impossible.empty() ? command.batch.text() : command.impossible;
  for (const Batch& batch : batches_) {
    if (batch.id.text() != id || batch.team != team || !at.contains(batch.jobs.at(0))) continue;
    Closure closure(*this, at, command.options.stop_running);
    for (JobId job : batch.jobs) closure.visit(job);
    closure.spread();
    return limited({std::nullopt, {}, closure.taken, closure.left});
  }
  return {RefusalCode::batch_not_found, {id}, {}, {}};
}

Model::Plan Model::limited(Plan plan) const {
  if (plan.taken.size() <= rules_.max_jobs_per_entry) return plan;
  return {RefusalCode::too_many_jobs, {}, {}, {}};
}

/// The jobs of either plan that stand otherwise now, or are to fare otherwise.
std::vector<std::string> Model::changed(const Plan& then, const Moment& was,
                                        const Plan& now) const {
  std::vector<std::string> ids;
  for (JobId id : order_) {
    if (then.fate_of(id).empty() && now.fate_of(id).empty()) continue;
    JobStatus before = was.contains(id) ? was.at(id).status : JobStatus::none;
    // A plan that was refused says nothing of the jobs that it was not refused for.
    bool told =
        (!then.refusal || !then.fate_of(id).empty()) && (!now.refusal || !now.fate_of(id).empty());
    bool other_fate = told && then.fate_of(id) != now.fate_of(id);
    if (before != job(id).status || other_fate) ids.push_back(id.text());
  }
  return ids;
}

template <typename Cancel>
void Model::cancel(const Cancel& command, const ledger::Actor& actor, const std::string& reason,
                   Outcome& outcome) {
  Moment at = now();
  Plan now = plan(command, actor.team, at);
  bool judged = !now.refusal || now.refusal == RefusalCode::not_cancellable;
  if (command.options.plan && judged) {
    const Moment& was = moments_.at(*command.options.plan);
    Plan then = plan(command, actor.team, was);
    std::vector<std::string> differences = changed(then, was, now);
    if (!differences.empty() || then.refusal != now.refusal) {
      return refuse(outcome, RefusalCode::plan_changed, differences);
    }
  }
  if (now.refusal) {
    refuse(outcome, *now.refusal, now.offenders);
    outcome.recorded = now.refusal != RefusalCode::too_many_jobs;  // a 400, which leaves no entry
    return;
  }
  bool confirmed = actor.confirm_above == 0 || command.options.plan;
  if (!confirmed && now.taken.size() > actor.confirm_above) {
    return refuse(outcome, RefusalCode::confirmation_required);
  }
  outcome.skipped = now.left;
  take(now.taken, reason, outcome);
}

template void Model::cancel(const ledger::CancelJobs&, const ledger::Actor&, const std::string&,
                            Outcome&);
template void Model::cancel(const ledger::CancelBatch&, const ledger::Actor&, const std::string&,
                            Outcome&);

/// Those that wait are cancelled; those that render are asked to stop.
void Model::take(const std::vector<JobId>& jobs, const std::string& reason, Outcome& outcome) {
  for (JobId id : jobs) {
    Job& job = jobs_.at(id);
    if (waits(job.status)) {
      end_as_cancelled(job, reason, outcome);
    } else {
      ask_to_stop(job, reason, outcome);
    }
  }
}

void Model::end_as_cancelled(Job& job, const std::string& reason, Outcome& outcome) {
  outcome.cancelled.push_back(job.id);
  deeds_[version_].push_back({Deed::What::cancelled, job.id, job.status, version_});
  set_status(job, JobStatus::manually_cancelled);
  job.failed_or_cancelled = now_;
  job.error = reason.empty() ? "manually cancelled" : "manually cancelled: " + reason;
}

void Model::ask_to_stop(Job& job, const std::string& reason, Outcome& outcome) {
  outcome.asked_to_stop.push_back(job.id);
  deeds_[version_].push_back({Deed::What::asked_to_stop, job.id, job.status, version_});
  job.stopping = true;
  job.stop_reason = reason;
  job.updated = now_;
  job.changes.emplace_back(version_, job.status);
}

}  // namespace jobledger::tests
