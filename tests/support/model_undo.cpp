#include <algorithm>

#include "tests/support/model_cascade.h"

namespace jobledger::tests {

using ledger::JobId;
using ledger::JobStatus;
using ledger::RefusalCode;
using What = Model::Deed::What;

namespace {

bool is_of_stop(const Model::Deed& deed) {
  return deed.what == What::asked_to_stop || deed.what == What::told_to_go_on;
}

bool all_finished(const Model& model, const Model::Job& parent) {
  return std::all_of(parent.children.begin(), parent.children.end(),
                     [&](JobId child) { return model.job(child).status == JobStatus::finished; });
}

}  // namespace

std::vector<std::uint64_t> Model::undoable() const {
  std::vector<std::uint64_t> entries;
  for (const auto& [entry, deeds] : deeds_) entries.push_back(entry);
  return entries;
}

/// Those of the entry, and of the entries in which the jobs that it asked to stop then did.
std::vector<Model::Deed> Model::deeds_to_undo(std::uint64_t entry) const {
  if (!deeds_.contains(entry)) return {};
  std::vector<Deed> deeds = deeds_.at(entry);
  std::set<std::uint64_t> carried_out;
  for (const Deed& deed : deeds_.at(entry)) {
    if (deed.what != What::asked_to_stop) continue;
    const auto& changes = job(deed.job).changes;
    auto next = std::find_if(changes.begin(), changes.end(),
                             [&](const auto& change) { return change.first > entry; });
    bool stopped = next != changes.end() && next->second == JobStatus::manually_cancelled;
    if (stopped) carried_out.insert(next->first);
  }
  for (std::uint64_t later : carried_out) {
    deeds.insert(deeds.end(), deeds_.at(later).begin(), deeds_.at(later).end());
  }
  return deeds;
}

/// Whether the job is as the deed left it: no entry has touched it since.
bool Model::stands(const Deed& deed) const {
  const Job& job = jobs_.at(deed.job);
  return job.changes.back().first == deed.entry;
}

void Model::undo(std::uint64_t entry, const std::string& team, const std::string& reason,
                 Outcome& outcome) {
  std::string name = std::to_string(entry);
  if (entry >= version_ || teams_.at(entry) != team) {
    return refuse(outcome, RefusalCode::cancellation_not_found, {name});
  }
  std::vector<Deed> deeds = deeds_to_undo(entry);
  if (deeds.empty()) return refuse(outcome, RefusalCode::nothing_to_undo, {name});
  std::set<JobId> cancelled;
  for (const Deed& deed : deeds) {
    if (deed.what == What::cancelled) cancelled.insert(deed.job);
  }
  std::vector<Deed> standing;
  std::vector<std::string> moved;
  for (const Deed& deed : deeds) {
    JobStatus status = job(deed.job).status;
    bool ended_first = status == JobStatus::finished || status == JobStatus::error;
    if (stands(deed)) {
      standing.push_back(deed);
    } else if (!is_of_stop(deed) || (!ended_first && !cancelled.contains(deed.job))) {
      moved.push_back(deed.job.text());
    }
  }
  if (standing.empty() && moved.empty()) {
    for (const Deed& deed : deeds) moved.push_back(deed.job.text());
  }
  if (!moved.empty()) return refuse(outcome, RefusalCode::moved_on, moved);
  std::vector<std::string> dead_ends;
  for (const Deed& deed : standing) {
    if (deed.what != What::cancelled || deed.before != JobStatus::pending) continue;
    for (JobId child : job(deed.job).children) {
      JobStatus status = job(child).status;
      bool lost = status == JobStatus::error || status == JobStatus::manually_cancelled;
      if (lost && !cancelled.contains(child)) dead_ends.push_back(child.text());
    }
  }
  if (!dead_ends.empty()) return refuse(outcome, RefusalCode::unresolvable, dead_ends);
  take_back(standing, reason, outcome);
}

void Model::take_back(const std::vector<Deed>& deeds, const std::string& reason, Outcome& outcome) {
  Moment at = now();
  Closure again(*this, at);
  for (const Deed& deed : deeds) {
    Job& job = jobs_.at(deed.job);
    if (deed.what == What::cancelled) {
      bool waits_on = deed.before == JobStatus::pending && !all_finished(*this, job);
      reinstate(job, waits_on ? JobStatus::pending : JobStatus::queued, outcome);
    }
    if (deed.what == What::asked_to_stop) tell_to_go_on(job, outcome);
    if (deed.what == What::reinstated || deed.what == What::told_to_go_on) again.take(deed.job);
  }
  again.spread();
  take(again.taken, reason, outcome);
}

void Model::reinstate(Job& job, JobStatus status, Outcome& outcome) {
  outcome.reinstated.push_back(job.id);
  deeds_[version_].push_back({What::reinstated, job.id, job.status, version_});
  set_status(job, status);
  job.progress = 0;
  job.started.reset();
  job.failed_or_cancelled.reset();
  job.error.clear();
}

void Model::tell_to_go_on(Job& job, Outcome& outcome) {
  outcome.told_to_go_on.push_back(job.id);
  deeds_[version_].push_back({What::told_to_go_on, job.id, job.status, version_});
  job.stopping = false;
  job.updated = now_;
  job.changes.emplace_back(version_, job.status);
}

}  // namespace jobledger::tests
