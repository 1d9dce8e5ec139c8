#include "projections/job_reader.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

std::optional<JobRecord> JobReader::find(std::string_view team, ledger::JobId id) {
  auto job = state_.read([&] { return state_.graph().find(team, id, version_); });
  if (!job) return std::nullopt;
  return read(*job);
}

JobRecord JobReader::read(JobNumber job) {
  return fill(state_.read([&] { return facts(job); }));
}

std::vector<JobRecord> JobReader::read_all(const std::vector<JobNumber>& jobs) {
  constexpr std::size_t kSlice = 1024;
  std::vector<JobRecord> records;
  records.reserve(jobs.size());
  for (std::size_t at = 0; at < jobs.size();) {
    std::vector<Facts> slice;
    state_.read([&] {
      for (; at < jobs.size() && slice.size() < kSlice; ++at) slice.push_back(facts(jobs[at]));
    });
    for (Facts& each : slice) records.push_back(fill(std::move(each)));
  }
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
  Facts facts;
  facts.row = graph.row(job);
  std::vector<Change> changes = graph.changes_of(job, version_);
  facts.last = changes.front();
  facts.created = changes.back();

  JobRecord& record = facts.record;
  record.id = facts.row.id;
  record.number = job;
  record.template_id = graph.template_id(job);
  record.status = facts.last.status;
  record.progress = facts.last.progress;
  record.total_assets = facts.row.total_assets;
  record.created_at = times.at(facts.created.entry());
  record.updated_at = times.at(facts.last.entry());
  for (const Change& change : changes) {
    if (change.status == JobStatus::rendering) {
      record.started_at = times.at(change.entry());
      break;
    }
    if (!ledger::is_final(change.status)) break;  // back in the queue: it has not started
  }
  if (record.status == JobStatus::finished) record.finished_at = record.updated_at;
  if (record.status == JobStatus::error || record.status == JobStatus::manually_cancelled) {
    record.error_at = record.updated_at;
  }
  if (record.status != JobStatus::rendering) return facts;

  if (const RunRow* run = graph.run_begun_by(job, facts.last.entry())) {
    facts.progress = {0, run->claim_entry};
    for (const RunRow::Point& point : run->points) {
      if (point.entry < version_) facts.progress = {point.progress, point.entry};
    }
    return facts;
  }
  facts.run_ended = true;
  for (const Change& change : graph.changes_of(job, ~std::uint64_t{0})) {
    if (change.entry() <= facts.last.entry()) break;
    facts.next_entry = change.entry();
    facts.next_place = change.place;
  }
  return facts;
}

ledger::ProgressLink JobReader::progress_then(const Facts& facts) {
  if (!facts.run_ended) return facts.progress;
  // The run is over by now: its end names its last report, each report the one before.
  const ledger::Event& end = log_.entry(facts.next_entry).events[facts.next_place];
  const auto* detail = end.as_if<ledger::EndDetail>();
  ledger::ProgressLink link =
      detail && detail->progress ? *detail->progress : ledger::ProgressLink{0, facts.last.entry()};
  while (link.entry >= version_) {
    link = log_.entry(link.entry).events.front().as<ledger::ProgressDetail>().previous;
  }
  return link;
}

std::string JobReader::error_text(const Facts& facts) {
  constexpr std::string_view kCancelled = "manually cancelled";
  if (facts.record.status == JobStatus::manually_cancelled) {
    std::string text(kCancelled);
    if (facts.last.has_text) text += ": " + log_.entry(facts.last.entry()).envelope.reason;
    return text;
  }
  if (!facts.last.has_text) return {};
  return log_.entry(facts.last.entry()).events[facts.last.place].as<ledger::EndDetail>().error;
}

JobRecord JobReader::fill(Facts facts) {
  JobRecord& record = facts.record;
  if (record.status == JobStatus::rendering) {
    ledger::ProgressLink reported = progress_then(facts);
    record.progress = reported.progress;
    record.updated_at = state_.read([&] { return state_.times().at(reported.entry); });
  }
  if (record.error_at) {
    record.error = error_text(facts);
    return std::move(record);
  }
  if (record.status == JobStatus::finished && facts.last.has_text) {
    const ledger::Event& event = log_.entry(facts.last.entry()).events[facts.last.place];
    record.output_url = event.as<ledger::EndDetail>().output_url;
  }
  if (record.output_url.empty() && facts.created.has_text) {
    const ledger::Event& event = log_.entry(facts.created.entry()).events[facts.created.place];
    record.output_url = event.as<ledger::SubmissionDetail>().output_url;
  }
  record.own_output_url = record.output_url.empty();
  return std::move(record);
}

}  // namespace jobledger::projections
