#include "tests/support/differences.h"

#include "projections/job_reader.h"
#include "projections/log_reader.h"
#include "tests/support/random_history.h"

namespace jobledger::tests {

using ledger::JobStatus;
using projections::JobRecord;

namespace {

std::string optional_time(const std::optional<ledger::TimeMs>& time) {
  return time ? std::to_string(*time) : "-";
}

std::string told(const Model::Job& job) {
  bool lost = job.status == JobStatus::error || job.status == JobStatus::manually_cancelled;
  return std::string(name_of(job.status)) + " " + std::to_string(job.progress) + "% created " +
         std::to_string(job.created) + " updated " + std::to_string(job.updated) + " started " +
         optional_time(job.started) + " finished " + optional_time(job.finished) + " error at " +
         optional_time(job.failed_or_cancelled) + " '" + job.error + "' assets " +
         std::to_string(job.total_assets) + " of " + job.template_id + " to " +
         (lost ? "" : job.output_url);
}

std::string told(const JobRecord& job) {
  return std::string(name_of(job.status)) + " " + std::to_string(job.progress) + "% created " +
         std::to_string(job.created_at) + " updated " + std::to_string(job.updated_at) +
         " started " + optional_time(job.started_at) + " finished " +
         optional_time(job.finished_at) + " error at " + optional_time(job.error_at) + " '" +
         job.error.value_or("") + "' assets " + std::to_string(job.total_assets) + " of " +
         job.template_id + " to " + job.output_url;
}

}  // namespace

std::string graph_differences(const Model& model, const projections::State& state) {
  const projections::JobGraph& graph = state.graph();
  std::string differences;
  if (graph.job_count() != model.jobs().size()) differences += "other jobs; ";
  for (ledger::JobId id : model.jobs()) {
    const Model::Job& expected = model.job(id);
    auto job = graph.find(expected.team, id, state.version());
    if (!job) {
      differences += id.text() + " is not known; ";
      continue;
    }
    JobStatus status = graph.status_at(*job, state.version());
    if (status != expected.status) {
      differences += id.text() + " is " + std::string(name_of(status)) + ", not " +
                     std::string(name_of(expected.status)) + "; ";
    }
    const projections::JobRow& row = graph.row(*job);
    ledger::JobId parent =
        row.parent == ledger::kNoJob ? ledger::JobId{} : graph.row(row.parent).id;
    std::vector<ledger::JobId> children;
    for (std::uint32_t i = 0; i < row.child_count; ++i) {
      children.push_back(graph.row(row.first_child + i).id);
    }
    if (*job != expected.order || parent != expected.parent || children != expected.children) {
      differences += id.text() + " stands elsewhere; ";
    }
    for (const std::string& team : RandomHistory::teams()) {
      if (team != expected.team && graph.find(team, id, state.version())) {
        differences += id.text() + " is seen by " + team + "; ";
      }
    }
  }
  return differences;
}

std::string record_differences(const Model& model, const projections::State& state,
                               const ledger::Store& store) {
  projections::LogReader log(store);
  projections::JobReader reader(state, log, state.version());
  std::string differences;
  for (ledger::JobId id : model.jobs()) {
    const Model::Job& expected = model.job(id);
    auto record = reader.find(expected.team, id);
    if (!record || told(*record) != told(expected)) {
      differences += id.text() + ": " + (record ? told(*record) : "unknown") + "\n  expected " +
                     told(expected) + "\n";
    }
  }
  for (const Model::Batch& batch : model.batches()) {
    auto record = reader.find_batch(batch.team, batch.id);
    if (!record || record->total != batch.total || record->jobs.size() != batch.jobs.size()) {
      differences += "batch " + batch.id.text() + " is another\n";
      continue;
    }
    for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
      const Model::Job& job = model.job(batch.jobs[i]);
      if (record->jobs[i].job.id != job.id || record->jobs[i].index != job.batch_index) {
        differences += "batch " + batch.id.text() + " has other jobs\n";
      }
    }
  }
  return differences;
}

std::string moment_differences(const Model& model, const projections::State& state,
                               std::uint64_t version) {
  projections::AsOfView view = state.as_of(version);
  const Model::Moment& moment = model.moment(version);
  std::string differences;
  for (ledger::JobId id : model.jobs()) {
    auto job = view.find_job(model.job(id).team, id);
    auto expected = moment.find(id);
    bool same = job.has_value() == (expected != moment.end());
    if (same && job) {
      ledger::JobFacts facts = view.facts(*job);
      same =
          facts.status == expected->second.status && facts.stopping() == expected->second.stopping;
    }
    if (!same) differences += id.text() + " stood otherwise at " + std::to_string(version) + "; ";
  }
  return differences;
}

}  // namespace jobledger::tests
