#include <algorithm>

#include "tests/support/model_cascade.h"

namespace jobledger::tests {

using ledger::JobId;
using ledger::JobStatus;
using ledger::RefusalCode;

/// The job, if it is rendered under this lease; a refusal else, recorded once a lease and kind.
Model::Job* Model::held(const std::string& team, JobId id, ledger::LeaseId lease, int kind,
                        Outcome& outcome) {
  Job* job = find(team, id);
  if (!job) {
    refuse(outcome, RefusalCode::job_not_found, {id.text()});
    return nullptr;
  }
  if (job->status == JobStatus::rendering && job->lease == lease) return job;
  bool ended = !waits(job->status) && job->status != JobStatus::rendering;
  refuse(outcome, ended ? RefusalCode::job_final : RefusalCode::stale_lease, {id.text()});
  outcome.recorded = late_.insert({id, lease, kind}).second;
  return nullptr;
}

void Model::finish(Job& job, const std::string& url, Outcome& outcome) {
  set_status(job, JobStatus::finished);
  job.progress = 100;
  job.finished = now_;
  if (!url.empty()) job.output_url = url;
  if (job.parent.is_nil()) return;
  Job& parent = jobs_.at(job.parent);
  bool all = std::all_of(parent.children.begin(), parent.children.end(), [&](JobId child) {
    return jobs_.at(child).status == JobStatus::finished;
  });
  if (!all || parent.status != JobStatus::pending) return;
  set_status(parent, JobStatus::queued);
  outcome.unblocked.push_back(parent.id);
}

void Model::fail(Job& job, const std::string& error, Outcome& outcome) {
  std::vector<JobId> chain = {job.id};
  std::string text = error;
  for (JobId id = job.id; !id.is_nil(); id = jobs_.at(id).parent) {
    Job& ended = jobs_.at(id);
    if (id != job.id && ended.status != JobStatus::pending) break;
    if (id != job.id) {
      text = "child " + chain.back().text() + " failed: " + error;
      chain.push_back(id);
    }
    set_status(ended, JobStatus::error);
    ended.failed_or_cancelled = now_;
    ended.error = text;
  }
  outcome.failed = chain;
  if (rules_.on_child_error == ledger::OnChildError::fail_parent_only) return;

  // Those that failed, and the parents over them, are no part of the cascade.
  Moment at = now();
  Closure closure(*this, at);
  for (JobId failed : chain) closure.pass_over(failed);
  closure.pass_over(jobs_.at(chain.back()).parent);
  for (JobId failed : chain) {
    bool parent_ended_before = failed == chain.back();
    for (JobId sibling : siblings_of(*this, failed)) {
      bool in_silence = parent_ended_before && !waits(jobs_.at(sibling).status);
      if (in_silence) {
        closure.pass_over(sibling);
      } else {
        closure.visit(sibling);
      }
    }
  }
  closure.spread();
  outcome.skipped = closure.left;
  // Nobody gave a reason for a failure, even if somebody had for a stop before it.
  take(closure.taken, {}, outcome);
}

void Model::stopped(const ledger::ReportStopped& command, const std::string& team,
                    Outcome& outcome) {
  Job* job = held(team, command.job, command.lease, 3, outcome);
  if (!job) return;
  if (job->stopping) return carry_out_stop(*job, outcome);
  refuse(outcome, RefusalCode::no_stop_requested, {job->id.text()});
  outcome.recorded = late_.insert({job->id, command.lease, 3}).second;
}

void Model::end_lease(Job& job, Outcome& outcome) {
  if (job.stopping) return carry_out_stop(job, outcome);
  ++job.ended_leases;
  if (rules_.max_attempts != 0 && job.ended_leases >= rules_.max_attempts) {
    return fail(job,
                "its lease ended " + std::to_string(job.ended_leases) +
                    " times without a report of its end",
                outcome);
  }
  set_status(job, JobStatus::queued);
  job.progress = 0;
  job.started.reset();
  outcome.requeued.push_back(job.id);
}

/// The job ends, and with it what has come to wait beside it since it was asked, for the same
/// reason.
void Model::carry_out_stop(Job& job, Outcome& outcome) {
  end_as_cancelled(job, job.stop_reason, outcome);
  Moment at = now();
  Closure closure(*this, at);
  closure.take(job.id);
  closure.spread();
  closure.taken.erase(closure.taken.begin());
  take(closure.taken, job.stop_reason, outcome);
}

}  // namespace jobledger::tests
