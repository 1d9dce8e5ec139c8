#include "projections/status_diff.h"

#include <algorithm>

#include "projections/job_walk.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

std::optional<StatusDiff> diff_of(const JobGraph& graph, JobNumber job, const DiffRange& range) {
  const Change& last = graph.change_at(job, range.to);
  if (last.entry() < range.from) return std::nullopt;
  StatusDiff diff;
  if (graph.created_entry(job) < range.from) diff.before = graph.status_at(job, range.from);
  diff.after = last.status;
  if (diff.before == diff.after) return std::nullopt;
  diff.job = job;
  diff.id = graph.row(job).id;
  graph.each_change(job, range.to, [&](const Change& change) {
    if (change.entry() < range.from) return false;
    diff.entries.push_back(change.entry());
    return true;
  });
  std::reverse(diff.entries.begin(), diff.entries.end());
  return diff;
}

}  // namespace

std::vector<StatusDiff> status_diff(const JobGraph& graph, std::optional<std::string_view> team,
                                    const DiffRange& range,
                                    const ledger::Projection::Locked& locked) {
  std::vector<StatusDiff> found;
  each_job(graph, team, range.first, range.to, locked, [&](JobNumber job) {
    if (auto diff = diff_of(graph, job, range)) found.push_back(std::move(*diff));
    return found.size() < range.most;
  });
  return found;
}

}  // namespace jobledger::projections
