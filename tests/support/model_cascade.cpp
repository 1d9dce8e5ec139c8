#include "tests/support/model_cascade.h"

namespace jobledger::tests {

using ledger::JobId;
using ledger::JobStatus;

bool waits(JobStatus status) {
  return status == JobStatus::queued || status == JobStatus::pending;
}

void refuse(Outcome& outcome, ledger::RefusalCode code, std::vector<std::string> offenders) {
  outcome.refusal = code;
  outcome.offenders = std::move(offenders);
}

bool can_be_taken(const Model::Stand& job, bool stop_running) {
  return waits(job.status) || (stop_running && job.status == JobStatus::rendering && !job.stopping);
}

std::vector<JobId> siblings_of(const Model& model, JobId id) {
  std::vector<JobId> siblings;
  JobId parent = model.job(id).parent;
  if (parent.is_nil()) return siblings;
  for (JobId child : model.job(parent).children) {
    if (child != id) siblings.push_back(child);
  }
  return siblings;
}

void Closure::visit(JobId id) {
  if (!visited_.insert(id).second) return;
  (can_be_taken(at_.at(id), stop_running_) ? taken : left).push_back(id);
}

void Closure::take(JobId id) {
  if (visited_.insert(id).second) taken.push_back(id);
}

void Closure::spread() {
  for (std::size_t i = 0; i < taken.size(); ++i) {
    JobId from = taken[i];
    if (JobId parent = model_.job(from).parent; !parent.is_nil()) visit(parent);
    for (JobId sibling : siblings_of(model_, from)) visit(sibling);
    for (JobId child : model_.job(from).children) visit(child);
  }
}

}  // namespace jobledger::tests
