// Random histories, carried out by the ledger and by the model of the contract: after each command
// both say the same of what came of it, and of every job.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "projections/undoable.h"
#include "tests/support/differences.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::JobStatus;

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
  std::string differences = record_differences(run.model(), run.state(), run.store());
  for (int i = 0; i < 10; ++i) {
    auto versions = static_cast<std::uint32_t>(run.state().version()) + 1;
    differences += moment_differences(run.model(), run.state(), run.random().below(versions));
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
  REQUIRE(record_differences(run.model(), run.state(), run.store()) == "");
}

TEST_CASE("random histories meet every event and every refusal", "[random]") {
  std::set<std::string> met;
  std::uint64_t seed = seed_or(1);
  for (std::uint64_t last = seed + 40; seed < last; ++seed) {
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
  // A hundred webhooks are more than such a history makes: decide_webhook_test.cpp.
  met.emplace(name_of(ledger::RefusalCode::too_many_webhooks));
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
