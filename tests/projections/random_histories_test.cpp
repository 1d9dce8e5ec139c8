// Random histories, carried out by the ledger and by the model of the contract: after each command
// both say the same of what came of it, and of every job.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "projections/job_reader.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::JobStatus;
using projections::JobRecord;

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

/// What the graph says of each job, beside what the model does; empty if they agree.
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

std::string record_differences(HistoryRun& run) {
  projections::LogReader log(run.store());
  projections::JobReader reader(run.state(), log, run.state().version());
  std::string differences;
  for (ledger::JobId id : run.model().jobs()) {
    const Model::Job& expected = run.model().job(id);
    auto record = reader.find(expected.team, id);
    if (!record || told(*record) != told(expected)) {
      differences += id.text() + ": " + (record ? told(*record) : "unknown") + "\n  expected " +
                     told(expected) + "\n";
    }
  }
  for (const Model::Batch& batch : run.model().batches()) {
    auto record = reader.find_batch(batch.team, batch.id);
    if (!record || record->total != batch.total || record->jobs.size() != batch.jobs.size()) {
      differences += "batch " + batch.id.text() + " is another\n";
      continue;
    }
    for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
      const Model::Job& job = run.model().job(batch.jobs[i]);
      if (record->jobs[i].job.id != job.id || record->jobs[i].index != job.batch_index) {
        differences += "batch " + batch.id.text() + " has other jobs\n";
      }
    }
  }
  return differences;
}

void follow(std::uint64_t seed, int commands) {
  HistoryRun run(seed);
  for (int i = 0; i < commands; ++i) {
    HistoryRun::Step step = run.step();
    Outcome got = outcome_of(step.receipt);
    if (got == step.expected) {
      std::string differences = graph_differences(run.model(), run.state());
      if (differences.empty()) continue;
      FAIL("TEST_SEED=" << seed << " command " << i << " (" << name_of(kind_of(run.last().command))
                        << "): " << differences);
    }
    FAIL("TEST_SEED=" << seed << " command " << i << " (" << name_of(kind_of(run.last().command))
                      << ")\n  got      " << to_text(got) << "\n  expected "
                      << to_text(step.expected));
  }
  std::string differences = record_differences(run);
  if (!differences.empty()) FAIL("TEST_SEED=" << seed << "\n" << differences);
}

TEST_CASE("random histories come out as the contract says", "[random]") {
  const char* count = std::getenv("TEST_SEEDS");
  std::uint64_t first = seed_or(1);
  std::uint64_t last = first + (count ? std::strtoull(count, nullptr, 10) : 20);
  for (std::uint64_t seed = first; seed < last; ++seed) follow(seed, 300);
  SUCCEED();
}

TEST_CASE("random histories of large trees come out as the contract says", "[random]") {
  std::uint64_t seed = seed_or(77);
  HistoryShape shape;
  shape.max_depth = 7;
  shape.max_width = 6;
  HistoryRun run(seed, shape);
  for (int i = 0; i < 150; ++i) {
    HistoryRun::Step step = run.step();
    INFO("TEST_SEED=" << seed << " command " << i);
    REQUIRE(to_text(outcome_of(step.receipt)) == to_text(step.expected));
  }
  INFO("TEST_SEED=" << seed);
  REQUIRE(graph_differences(run.model(), run.state()) == "");
  REQUIRE(record_differences(run) == "");
}

}  // namespace
}  // namespace jobledger::tests
