// Random histories, carried out by the ledger and by the model of the contract: after each command
// both say the same of what came of it, and of every job.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "projections/job_reader.h"
#include "projections/undoable.h"
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

/// What a cancel would have seen at the version, beside what the model keeps of it.
std::string moment_differences(HistoryRun& run, std::uint64_t version) {
  projections::AsOfView view = run.state().as_of(version);
  const Model::Moment& moment = run.model().moment(version);
  std::string differences;
  for (ledger::JobId id : run.model().jobs()) {
    auto job = view.find_job(run.model().job(id).team, id);
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

/// A tree that cannot go on as it is: a parent that waits for a child that will never finish or for
/// none, or one that can be claimed though a child has not finished.
std::string torn_trees(const Model& model) {
  std::string torn;
  for (ledger::JobId id : model.jobs()) {
    const Model::Job& parent = model.job(id);
    std::size_t finished = 0;
    std::size_t lost = 0;
    for (ledger::JobId child : parent.children) {
      JobStatus status = model.job(child).status;
      finished += status == JobStatus::finished;
      lost += status == JobStatus::error || status == JobStatus::manually_cancelled;
    }
    bool complete = finished == parent.children.size();
    if (parent.status == JobStatus::pending && (lost != 0 || complete)) {
      torn += id.text() + " waits in vain; ";
    }
    bool goes_on = parent.status == JobStatus::queued || parent.status == JobStatus::rendering ||
                   parent.status == JobStatus::finished;
    if (goes_on && !complete) torn += id.text() + " did not wait; ";
  }
  return torn;
}

void follow(std::uint64_t seed, int commands) {
  HistoryRun run(seed);
  for (int i = 0; i < commands; ++i) {
    HistoryRun::Step step = run.step();
    Outcome got = outcome_of(step.receipt);
    if (got == step.expected) {
      std::string differences =
          graph_differences(run.model(), run.state()) + torn_trees(run.model());
      if (differences.empty()) continue;
      FAIL("TEST_SEED=" << seed << " command " << i << " (" << name_of(kind_of(run.last().command))
                        << "): " << differences);
    }
    FAIL("TEST_SEED=" << seed << " command " << i << " (" << name_of(kind_of(run.last().command))
                      << ")\n  got      " << to_text(got) << "\n  expected "
                      << to_text(step.expected));
  }
  std::string differences = record_differences(run);
  for (int i = 0; i < 10; ++i) {
    auto versions = static_cast<std::uint32_t>(run.state().version()) + 1;
    differences += moment_differences(run, run.random().below(versions));
  }
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

TEST_CASE("random histories meet every event and every refusal", "[random]") {
  std::set<std::string> met;
  std::uint64_t seed = seed_or(1);
  for (std::uint64_t last = seed + 20; seed < last; ++seed) {
    HistoryRun run(seed);
    for (int i = 0; i < 300; ++i) {
      HistoryRun::Step step = run.step();
      if (step.receipt.refusal) met.emplace(name_of(step.receipt.refusal->code));
      if (!step.receipt.entry) continue;
      for (const ledger::Event& event : step.receipt.entry->events) {
        met.insert(std::string(name_of(event.kind)) + ' ' + std::string(name_of(event.cause)));
      }
    }
  }
  for (std::uint8_t i = 0; i < ledger::kRefusalCodes; ++i) {
    INFO("before TEST_SEED=" << seed << ": " << name_of(static_cast<ledger::RefusalCode>(i)));
    CHECK(met.contains(std::string(name_of(static_cast<ledger::RefusalCode>(i)))));
  }
  for (const char* event :
       {"StopRequested requested", "StopRequested parent", "StopRequested sibling",
        "StopRequested batch", "StopRequested undo", "StopWithdrawn undo", "JobReinstated undo",
        "JobCancelled undo", "JobCancelled stopped", "JobCancelled lease-ended",
        "JobFailed lease-ended", "JobRequeued lease-ended"}) {
    INFO("before TEST_SEED=" << seed << ": " << event);
    CHECK(met.contains(event));
  }
}

std::map<ledger::JobId, JobStatus> statuses(const projections::State& state) {
  std::map<ledger::JobId, JobStatus> all;
  for (ledger::JobNumber job = 0; job < state.graph().job_count(); ++job) {
    all[state.graph().row(job).id] = state.graph().last_change(job).status;
  }
  return all;
}

/// Undoes the entry; false if it was refused.
bool undo(HistoryRun& run, const std::string& team, std::uint64_t entry) {
  projections::LogReader log(run.store());
  ledger::Submission submission;
  submission.envelope.actor.team = team;
  submission.envelope.actor.scopes = ledger::Scopes::all();
  submission.command = projections::undo_of(run.state(), log, submission.envelope.actor.team, entry,
                                            run.state().version());
  return !run.ledger().commit(submission).refusal;
}

TEST_CASE("a cancel that is undone at once is as if it had not been, and so is an undo",
          "[random]") {
  for (std::uint64_t seed = seed_or(300), last = seed + 40; seed < last; ++seed) {
    HistoryRun run(seed);
    run.steps(150);
    std::map<ledger::JobId, JobStatus> before;
    for (bool found = false; !found;) {
      before = statuses(run.state());
      HistoryRun::Step step = run.step();
      found = !step.expected.cancelled.empty() || !step.expected.asked_to_stop.empty();
    }
    std::uint64_t entry = run.state().version() - 1;
    std::map<ledger::JobId, JobStatus> after = statuses(run.state());
    INFO("TEST_SEED=" << seed << " entry " << entry << " (" << name_of(kind_of(run.last().command))
                      << ")");
    // What had failed or stopped has lost its worker.
    for (auto& [id, status] : before) {
      bool failed = after.at(id) == JobStatus::error;
      bool stopped =
          status == JobStatus::rendering && after.at(id) == JobStatus::manually_cancelled;
      if (failed) status = JobStatus::error;
      if (stopped) status = JobStatus::queued;
    }
    if (std::holds_alternative<ledger::UndoCancel>(run.last().command)) continue;
    const std::string& team = run.model().team_of(entry);
    for (std::uint64_t next = entry; next < entry + 6; next += 2) {
      REQUIRE(undo(run, team, next));
      REQUIRE(statuses(run.state()) == before);
      REQUIRE(undo(run, team, next + 1));
      REQUIRE(statuses(run.state()) == after);
    }
  }
}

}  // namespace
}  // namespace jobledger::tests
