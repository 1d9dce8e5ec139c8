#include "projections/job_graph.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Event;
using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;

JobGraph::JobGraph() : ids_(rows_) {}

void JobGraph::fold(const Entry& entry, std::size_t first, std::size_t last) {
  for (std::size_t place = first; place < last; ++place) {
    const Event& event = entry.events[place];
    switch (event.kind) {
      case EventKind::batch_submitted:
        submit_batch(entry, event);
        break;
      case EventKind::job_submitted:
        submit(entry, event, place);
        break;
      case EventKind::job_claimed:
      case EventKind::job_cancelled:
      case EventKind::job_finished:
      case EventKind::job_failed:
      case EventKind::job_unblocked:
      case EventKind::job_requeued:
      case EventKind::job_reinstated:
      case EventKind::stop_requested:
      case EventKind::stop_withdrawn:
        change(entry, event, place);
        break;
      case EventKind::job_progressed:
        if (auto run = runs_.find(event.number); run != runs_.end()) {
          run->second.points.push_back({entry.index, event.as<ledger::ProgressDetail>().progress});
        }
        break;
      case EventKind::cancel_skipped:
      case EventKind::key_rotated:
      case EventKind::ledger_restored:
      case EventKind::ledger_cut:
      case EventKind::webhook_created:
      case EventKind::webhook_deleted:
      case EventKind::token_created:
      case EventKind::token_revoked:
        break;
    }
  }
}

void JobGraph::submit_batch(const Entry& entry, const Event& event) {
  BatchRow row;
  row.id = event.subject;
  row.entry = entry.index;
  row.first = job_count();
  row.total = event.as<ledger::BatchDetail>().total;
  row.team = labels_.team_of(entry.envelope.actor.team, entry.index);
  batch_numbers_.emplace(row.id, batch_count());
  batches_.push_back(row);
}

void JobGraph::submit(const Entry& entry, const Event& event, std::size_t place) {
  const auto& detail = event.as<ledger::SubmissionDetail>();
  JL_ASSERT(event.number == job_count());
  JobRow row;
  row.id = event.subject;
  row.first_change = static_cast<std::uint32_t>(changes_.size());
  row.template_number = templates_.number_of(detail.template_id, entry.index);
  row.label = labels_.label_of(entry.envelope.actor.team, detail.tags, entry.index);
  row.priority = detail.priority;
  row.total_assets = detail.total_assets;
  if (detail.batch) {
    row.batch = batch_numbers_.at(*detail.batch);
    row.batch_index = detail.batch_index;
    ++batches_[row.batch].count;
  }
  if (event.via != ledger::kNoPlace) {
    row.parent = entry.events[event.via].number;
    JobRow& parent = rows_[row.parent];
    if (parent.child_count++ == 0) parent.first_child = event.number;
    ++unfinished_[row.parent];
  }
  rows_.push_back(row);
  heads_.push_back(kNone);
  ids_.insert(row.id, event.number);
  append_change(event.number, entry.index, place, event.after, 0, !detail.output_url.empty());
  std::uint32_t team = labels_.label(row.label).team;
  if (queues_.size() <= team) queues_.resize(team + 1);
  if (event.after == JobStatus::queued) enter_queue(event.number);
}

void JobGraph::claim(const Entry& entry, const Event& event) {
  const auto& detail = event.as<ledger::ClaimDetail>();
  runs_[event.number] = RunRow{detail.lease, detail.lease_seconds, entry.index, {}};
}

void JobGraph::change(const Entry& entry, const Event& event, std::size_t place) {
  std::uint32_t progress = 0;
  bool has_text = false;
  if (const auto* end = event.as_if<ledger::EndDetail>()) {
    if (end->progress) progress = end->progress->progress;
    has_text = !end->error.empty() || !end->output_url.empty();
  }
  if (event.kind == EventKind::job_finished) progress = 100;
  if (event.kind == EventKind::job_requeued) progress = 0;  // the next run starts over
  if (event.kind == EventKind::job_cancelled) {
    // One that carries out a stop has the reason of the entry that asked for it.
    has_text = entry.command.stop_entry() || !entry.envelope.reason.empty();
  }
  if (event.kind == EventKind::stop_requested) has_text = true;
  if (event.before == JobStatus::queued) leave_queue(event.number);
  bool ends_run = event.before == JobStatus::rendering && event.after != JobStatus::rendering;
  if (ends_run) end_run(event.number, entry.index);
  if (event.kind == EventKind::job_claimed) claim(entry, event);
  append_change(event.number, entry.index, place, event.after, static_cast<std::uint8_t>(progress),
                has_text);
  if (event.after == JobStatus::queued) enter_queue(event.number);
  JobNumber parent = rows_[event.number].parent;
  if (parent == ledger::kNoJob) return;
  if (event.before == JobStatus::finished) ++unfinished_[parent];
  if (event.after == JobStatus::finished) --unfinished_[parent];
}

void JobGraph::end_run(JobNumber job, std::uint64_t entry) {
  auto it = runs_.find(job);
  if (it == runs_.end()) return;
  ended_runs_.push_back({entry, job, std::move(it->second)});
  runs_.erase(it);
}

void JobGraph::forget_ended_runs(std::uint64_t durable) {
  while (!ended_runs_.empty() && ended_runs_.front().end_entry < durable) ended_runs_.pop_front();
}

void JobGraph::append_change(JobNumber job, std::uint64_t entry, std::size_t place,
                             JobStatus status, std::uint8_t progress, bool has_text) {
  JL_ASSERT(changes_.size() < kNone && entry >> 40 == 0);
  Change change;
  change.entry_low = static_cast<std::uint32_t>(entry);
  change.entry_high = static_cast<std::uint8_t>(entry >> 32);
  change.place = static_cast<std::uint32_t>(place);
  change.previous = heads_[job];
  change.status = status;
  change.progress = progress;
  change.has_text = has_text;
  heads_[job] = static_cast<std::uint32_t>(changes_.size());
  changes_.push_back(change);
}

void JobGraph::leave_queue(JobNumber job) {
  const Labels::Label& label = labels_.label(rows_[job].label);
  queues_[label.team].remove(job, rows_[job].priority, label.tags);
}

std::optional<JobNumber> JobGraph::find(std::optional<std::string_view> team, ledger::JobId id,
                                        std::uint64_t version) const {
  std::optional<JobNumber> job = ids_.find(id);
  if (!job || created_entry(*job) >= version) return std::nullopt;
  if (team && labels_.team_name(team_of(*job)) != *team) return std::nullopt;
  return job;
}

std::optional<std::uint32_t> JobGraph::find_batch(std::optional<std::string_view> team,
                                                  ledger::BatchId id, std::uint64_t version) const {
  auto it = batch_numbers_.find(id);
  if (it == batch_numbers_.end()) return std::nullopt;
  const BatchRow& row = batches_[it->second];
  if (row.entry >= version) return std::nullopt;
  if (team && labels_.team_name(row.team) != *team) return std::nullopt;
  return it->second;
}

JobNumber JobGraph::job_count(std::uint64_t version) const {
  if (rows_.empty() || created_entry(job_count() - 1) < version) return job_count();
  return static_cast<JobNumber>(first_where(rows_.size(), [&](std::size_t job) {
    return created_entry(static_cast<JobNumber>(job)) >= version;
  }));
}

std::uint32_t JobGraph::batch_count(std::uint64_t version) const {
  return static_cast<std::uint32_t>(first_where(
      batches_.size(), [&](std::size_t number) { return batches_[number].entry >= version; }));
}

const Change& JobGraph::change_at(JobNumber job, std::uint64_t version) const {
  std::uint32_t at = heads_[job];
  while (changes_[at].entry() >= version) at = changes_[at].previous;
  return changes_[at];
}

std::optional<Change> JobGraph::change_after(JobNumber job, std::uint64_t entry,
                                             std::uint64_t version) const {
  std::optional<Change> next;
  for (std::uint32_t at = heads_[job]; at != kNone && changes_[at].entry() > entry;
       at = changes_[at].previous) {
    if (changes_[at].entry() < version) next = changes_[at];
  }
  return next;
}

JobGraph::Changes JobGraph::changes_of(JobNumber job, std::uint64_t version) const {
  Changes changes;
  each_change(job, version, [&](const Change& change) {
    changes.push_back(change);
    return true;
  });
  return changes;
}

std::uint32_t JobGraph::unfinished_children(JobNumber job) const {
  auto it = unfinished_.find(job);
  return it == unfinished_.end() ? 0 : it->second;
}

std::uint32_t JobGraph::ended_leases(JobNumber job) const {
  std::uint32_t ended = 0;
  for (const Change* at = &last_change(job); const Change* earlier = before(*at); at = earlier) {
    ended += at->status == JobStatus::queued && earlier->status == JobStatus::rendering;
  }
  return ended;
}

const RunRow* JobGraph::run(JobNumber job) const {
  auto it = runs_.find(job);
  return it == runs_.end() ? nullptr : &it->second;
}

const RunRow* JobGraph::run_begun_by(JobNumber job, std::uint64_t claim_entry) const {
  const RunRow* current = run(job);
  if (current && current->claim_entry == claim_entry) return current;
  for (const EndedRun& ended : ended_runs_) {
    if (ended.job == job && ended.run.claim_entry == claim_entry) return &ended.run;
  }
  return nullptr;
}

const ClaimQueue* JobGraph::queue(std::string_view team) const {
  std::optional<std::uint32_t> number = labels_.find_team(team);
  return number && *number < queues_.size() ? &queues_[*number] : nullptr;
}

}  // namespace jobledger::projections
