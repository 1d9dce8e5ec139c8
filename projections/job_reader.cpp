#include "projections/job_reader.h"

#include <algorithm>

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

std::optional<JobRecord> JobReader::find(std::string_view team, ledger::JobId id) {
  auto job = state_.read([&] { return state_.graph().find(team, id, version_); });
  if (!job) return std::nullopt;
  return read(*job);
}

JobRecord JobReader::read(JobNumber job) {
  Facts found = state_.read([&] { return facts(job); });
  fill_progress(found);
  fill_text(found);
  return std::move(found.record);
}

std::vector<JobRecord> JobReader::read_all(const std::vector<JobNumber>& jobs) {
  constexpr std::size_t kSlice = 1024;
  std::vector<Facts> all;
  all.reserve(jobs.size());
  while (all.size() < jobs.size()) {
    state_.read([&] {
      for (std::size_t end = std::min(jobs.size(), all.size() + kSlice); all.size() < end;) {
        all.push_back(facts(jobs[all.size()]));
      }
    });
  }
  std::vector<Facts*> order;
  order.reserve(all.size());
  for (Facts& each : all) order.push_back(&each);
  auto by = [&](auto entry_of) {
    auto earlier = [&](const Facts* a, const Facts* b) { return entry_of(*a) < entry_of(*b); };
    // As all jobs of a cascade are.
    if (std::is_sorted(order.begin(), order.end(), earlier)) return;
    std::sort(order.begin(), order.end(), earlier);
  };
  by([](const Facts& each) { return each.run_end ? each.run_end->entry() : 0; });
  for (Facts* each : order) fill_progress(*each);
  by([](const Facts& each) { return each.text.entry; });
  for (Facts* each : order) fill_text(*each);
  std::vector<JobRecord> records;
  records.reserve(all.size());
  for (Facts& each : all) records.push_back(std::move(each.record));
  return records;
}

std::optional<BatchRecord> JobReader::find_batch(std::string_view team, ledger::BatchId id) {
  BatchRecord record;
  std::vector<JobNumber> jobs;
  std::vector<std::uint32_t> indexes;
  bool found = state_.read([&] {
    const JobGraph& graph = state_.graph();
    auto number = graph.find_batch(team, id, version_);
    if (!number) return false;
    const BatchRow& row = graph.batch(*number);
    record.id = row.id;
    record.total = row.total;
    record.created_at = state_.times().at(row.entry);
    for (std::uint32_t i = 0; i < row.count; ++i) {
      jobs.push_back(row.first + i);
      indexes.push_back(graph.row(row.first + i).batch_index);
    }
    return true;
  });
  if (!found) return std::nullopt;
  std::vector<JobRecord> records = read_all(jobs);
  for (std::size_t i = 0; i < records.size(); ++i) {
    record.jobs.push_back({indexes[i], std::move(records[i])});
  }
  return record;
}

JobReader::Facts JobReader::facts(JobNumber job) const {
  const JobGraph& graph = state_.graph();
  const EntryTimes& times = state_.times();
  const JobRow& row = graph.row(job);
  JobGraph::Changes changes = graph.changes_of(job, version_);
  const Change& last = changes.front();
  const Change& created = changes.back();

  Facts facts;
  JobRecord& record = facts.record;
  record.id = row.id;
  record.number = job;
  record.template_id = graph.template_id(job);
  record.status = last.status;
  record.progress = last.progress;
  record.total_assets = row.total_assets;
  record.created_at = times.at(created.entry());
  record.updated_at = times.at(last.entry());
  const Change* claim = nullptr;
  for (const Change& change : changes) {
    if (graph.is_claim(change)) {
      claim = &change;
      record.started_at = times.at(change.entry());
      break;
    }
    bool back_in_queue = ledger::is_cancellable(change.status);
    if (back_in_queue) break;  // it has not started
  }
  if (record.status == JobStatus::finished) record.finished_at = record.updated_at;
  if (record.status == JobStatus::error || record.status == JobStatus::manually_cancelled) {
    record.error_at = record.updated_at;
  }
  if (record.status == JobStatus::rendering) note_progress(facts, *claim);
  facts.text = text_place(record.status, last, created);
  return facts;
}

JobReader::Place JobReader::text_place(JobStatus status, const Change& last,
                                       const Change& created) {
  if (ledger::is_final(status) && last.has_text) {
    Place::Of of = Place::Of::reported_url;
    if (status == JobStatus::error) of = Place::Of::error;
    if (status == JobStatus::manually_cancelled) of = Place::Of::reason;
    return {of, last.entry(), last.place};
  }
  bool ended_without = status == JobStatus::error || status == JobStatus::manually_cancelled;
  if (ended_without || !created.has_text) return {};
  return {Place::Of::submitted_url, created.entry(), created.place};
}

void JobReader::note_progress(Facts& facts, const Change& claim) const {
  const JobGraph& graph = state_.graph();
  JobNumber job = facts.record.number;
  facts.claim_entry = claim.entry();
  if (const RunRow* run = graph.run_begun_by(job, claim.entry())) {
    for (const RunRow::Point& point : run->points) {
      if (point.entry >= version_) break;
      facts.record.progress = point.progress;
      facts.record.updated_at = std::max(facts.record.updated_at, state_.times().at(point.entry));
    }
    return;
  }
  for (const Change& change : graph.changes_of(job, ~std::uint64_t{0})) {
    if (change.entry() <= claim.entry()) break;
    if (change.status != JobStatus::rendering) facts.run_end = change;
  }
}

void JobReader::fill_progress(Facts& facts) {
  if (!facts.run_end) return;
  // The run's end names its last report, each report the one before.
  ledger::Event end = log_.event(facts.run_end->entry(), facts.run_end->place);
  const auto* detail = end.as_if<ledger::EndDetail>();
  ledger::ProgressLink link =
      detail && detail->progress ? *detail->progress : ledger::ProgressLink{0, facts.claim_entry};
  while (link.entry >= version_) {
    link = log_.event(link.entry, 0).as<ledger::ProgressDetail>().previous;
  }
  facts.record.progress = link.progress;
  facts.record.updated_at =
      std::max(facts.record.updated_at, state_.read([&] { return state_.times().at(link.entry); }));
}

/// Of a cancel, or of the entry that asked for the stop that this one carries out.
const std::string& JobReader::reason_of(std::uint64_t entry) {
  if (reason_ && reason_->entry == entry) return reason_->text;
  ledger::EntryHead head = log_.head(entry);
  if (head.envelope.reason.empty() && head.stop_entry) head = log_.head(*head.stop_entry);
  reason_ = {entry, std::move(head.envelope.reason)};
  return reason_->text;
}

void JobReader::fill_text(Facts& facts) {
  JobRecord& record = facts.record;
  if (record.error_at) record.error.emplace();
  if (record.status == JobStatus::manually_cancelled) record.error = "manually cancelled";
  const Place& at = facts.text;
  switch (at.of) {
    case Place::Of::nothing:
      break;
    case Place::Of::reason:
      if (const std::string& reason = reason_of(at.entry); !reason.empty()) {
        *record.error += ": " + reason;
      }
      break;
    case Place::Of::error:
      record.error = log_.event(at.entry, at.place).as<ledger::EndDetail>().error;
      break;
    case Place::Of::reported_url:
      record.output_url = log_.event(at.entry, at.place).as<ledger::EndDetail>().output_url;
      break;
    case Place::Of::submitted_url:
      record.output_url = log_.event(at.entry, at.place).as<ledger::SubmissionDetail>().output_url;
      break;
  }
  record.own_output_url = !record.error_at && record.output_url.empty();
}

}  // namespace jobledger::projections
