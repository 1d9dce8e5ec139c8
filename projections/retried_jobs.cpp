#include "projections/retried_jobs.h"

#include "projections/job_walk.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

/// However the end of its lease ended the job, or did not.
RetriedJob retried(const State& state, JobNumber job, std::uint64_t version) {
  const JobGraph& graph = state.graph();
  const EntrySet& expiries = *state.audit().of_kind(ledger::CommandKind::expire_lease);
  RetriedJob found{job, graph.row(job).id, graph.status_at(job, version), 0, 0};
  const Change* later = nullptr;
  graph.each_change(job, version, [&](const Change& change) {
    bool run_ended =
        later && change.status == JobStatus::rendering && later->status != JobStatus::rendering;
    if (run_ended && expiries.contains(later->entry())) {
      if (found.lease_ends++ == 0) found.last_lease_end = later->entry();
    }
    later = &change;
    return true;
  });
  return found;
}

}  // namespace

std::vector<RetriedJob> retried_jobs(const State& state, std::optional<std::string_view> team,
                                     std::uint32_t lease_ends, JobNumber first, std::size_t most,
                                     std::uint64_t version) {
  std::vector<RetriedJob> found;
  each_job(state.graph(), team, first, version, state.locked(), [&](JobNumber job) {
    RetriedJob each = retried(state, job, version);
    if (each.lease_ends >= lease_ends) found.push_back(each);
    return found.size() < most;
  });
  return found;
}

}  // namespace jobledger::projections
