#include "projections/invariants.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "ledger/decide.h"
#include "ledger/replaying.h"
#include "ledger/resubmission.h"
#include "projections/outcome.h"
#include "projections/undoable.h"

namespace jobledger::projections {

using ledger::CommandKind;
using ledger::Entry;
using ledger::Event;
using ledger::JobNumber;

namespace {

constexpr std::uint64_t kHead = ~std::uint64_t{0};

/// Whether the entry draws the relatives of a job in.
bool is_cascade(const Entry& entry) {
  if (entry.refusal) return false;
  switch (entry.command.kind) {
    case CommandKind::cancel_job:
    case CommandKind::cancel_jobs:
    case CommandKind::cancel_batch:
    case CommandKind::undo_cancel:
    case CommandKind::finish_job:
    case CommandKind::fail_job:
    case CommandKind::expire_lease:
    case CommandKind::report_stopped:
      return true;
    case CommandKind::submit_job:
    case CommandKind::join_jobs:
    case CommandKind::submit_batch:
    case CommandKind::claim_job:
    case CommandKind::report_progress:
    case CommandKind::create_token:
    case CommandKind::revoke_token:
    case CommandKind::rotate_key:
    case CommandKind::restore_ledger:
    case CommandKind::cut_ledger:
    case CommandKind::create_webhook:
    case CommandKind::delete_webhook:
      return false;
  }
  return false;
}

}  // namespace

bool waits_for_nothing(const JobGraph& graph, JobNumber job, std::uint64_t version) {
  if (graph.status_at(job, version) != ledger::JobStatus::pending) return false;
  const JobRow& row = graph.row(job);
  for (std::uint32_t i = 0; i < row.child_count; ++i) {
    if (!is_final(graph.status_at(row.first_child + i, version))) return false;
  }
  return true;
}

void InvariantCheck::before(const State& state, const Entry& entry) {
  if (!is_cascade(entry)) return;
  if (entry.rules_version != ledger::kRulesVersion) {
    ++of_other_rules_;
  } else {
    decide_again(state, entry);
  }
}

void InvariantCheck::decide_again(const State& state, const Entry& entry) {
  auto command = ledger::command_of(entry);
  if (!command) return found_(entry.index, command.error().message);
  if (auto* undo = std::get_if<ledger::UndoCancel>(&*command)) {
    try {
      *undo = undo_of(state, log_, entry.envelope.actor.team, undo->entry, entry.index);
    } catch (const StorageError& error) {
      return found_(entry.index, error.what());
    }
  }
  ledger::ReplayingIds ids;
  ids.begin(entry);
  ledger::DecideContext context{entry.rules, entry.envelope.actor, entry.time, entry.salt, "", ids};
  ledger::Decision decision = decide(state.jobs(), *command, context);
  if (!decision.refusal && decision.events == entry.events) return;
  auto now = std::make_shared<Entry>(entry);
  now->events = std::move(decision.events);
  now->refusal = decision.refusal;
  ledger::Receipt receipt;
  receipt.refusal = decision.refusal;
  if (decision.recorded) receipt.entry = now;
  found_(entry.index, "it " + outcome_in_words(entry) +
                          ", and its rules give otherwise on the state before it: " +
                          why_otherwise(entry, receipt));
}

void InvariantCheck::after(const State& state, const Entry& entry) {
  const JobGraph& graph = state.graph();
  boost::unordered_flat_set<JobNumber> looked_at;
  auto look = [&](JobNumber job) {
    if (job == ledger::kNoJob || !looked_at.insert(job).second) return;
    if (!waits_for_nothing(graph, job, kHead)) return;
    found_(entry.index, "it leaves job " + graph.row(job).id.text() +
                            " pending, though all its children have ended");
  };
  for (const Event& event : entry.events) {
    if (event.number == ledger::kNoJob || event.before == event.after) continue;
    if (event.after == ledger::JobStatus::pending) look(event.number);
    if (is_final(event.after)) look(graph.row(event.number).parent);
  }
  if (entry.command.kind == CommandKind::submit_batch && entry.accepted()) check_batch(entry);
}

/// Each job asked for is either there or an error, at a place of its own.
void InvariantCheck::check_batch(const Entry& entry) {
  const auto* batch =
      entry.events.empty() ? nullptr : entry.events.front().as_if<ledger::BatchDetail>();
  if (!batch) return found_(entry.index, "it makes no batch");
  boost::unordered_flat_set<std::uint32_t> places;
  std::size_t count = batch->errors.size();
  for (const ledger::BatchItemError& error : batch->errors) places.insert(error.index);
  for (const Event& event : entry.events) {
    const auto* job = event.as_if<ledger::SubmissionDetail>();
    if (!job || !job->batch) continue;
    places.insert(job->batch_index);
    ++count;
  }
  bool in_range = std::all_of(places.begin(), places.end(),
                              [&](std::uint32_t place) { return place < batch->total; });
  if (count == batch->total && places.size() == count && in_range) return;
  found_(entry.index, "its batch asked for " + std::to_string(batch->total) + " jobs, and has " +
                          std::to_string(count) + " at " + std::to_string(places.size()) +
                          " places");
}

}  // namespace jobledger::projections
