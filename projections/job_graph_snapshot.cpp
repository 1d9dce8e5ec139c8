// Saving and loading the job graph. Rows and changes only grow, so all but their last segments are
// saved once; heads, ids, counters and queues follow from them and are made again: heads at once,
// since other projections ask for them.

#include <algorithm>

#include "projections/job_graph.h"
#include "projections/segments_io.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

JobGraph::Save JobGraph::save(std::uint64_t version) const {
  return [this, version, jobs = rows_.size(), changes = changes_.size(), batches = batches_.size(),
          runs = save_runs()](ledger::ChunkSink& sink, const Locked& locked) {
    Packer small;
    small.text(runs);
    locked([&] {
      small.text(labels_.save(version));
      small.text(templates_.save(version));
    });
    sink.fresh("small", small.take());
    save_segments("rows", rows_, jobs, sink, locked);
    save_segments("changes", changes_, changes, sink, locked);
    save_segments("batches", batches_, batches, sink, locked);
  };
}

std::string JobGraph::save_runs() const {
  std::vector<JobNumber> jobs;
  for (const auto& [job, run] : runs_) jobs.push_back(job);
  std::sort(jobs.begin(), jobs.end());
  Packer out;
  out.number(jobs.size());
  for (JobNumber job : jobs) {
    const RunRow& run = runs_.at(job);
    out.small(job);
    out.id(run.lease);
    out.small(run.lease_seconds);
    out.number(run.claim_entry);
    out.number(run.points.size());
    for (const RunRow::Point& point : run.points) {
      out.number(point.entry);
      out.small(point.progress);
    }
  }
  return out.take();
}

bool JobGraph::load_runs(std::string_view bytes) {
  Unpacker in(bytes);
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    JobNumber job = in.small();
    RunRow run;
    run.lease = in.id();
    run.lease_seconds = in.small();
    run.claim_entry = in.number();
    for (std::uint64_t points = in.number(); points > 0 && in.ok(); --points) {
      std::uint64_t entry = in.number();
      run.points.push_back({entry, in.small()});
    }
    runs_.emplace(job, std::move(run));
  }
  return in.ok() && in.at_end();
}

ledger::Status JobGraph::load(std::uint64_t version, const ledger::ChunkSource& source) {
  auto bytes = source.read("small");
  if (!bytes) return ledger::Failure{"a part of the job graph is missing"};
  Unpacker small(*bytes);
  bool good = load_runs(small.text()) && labels_.load(small.text()) &&
              templates_.load(small.text()) && small.ok() && load_segments("rows", rows_, source) &&
              load_segments("changes", changes_, source) &&
              load_segments("batches", batches_, source) && rows_fit() && changes_fit(version) &&
              rebuild_heads();
  if (!good) {
    return ledger::Failure{"the job graph does not fit together"};
  }
  return ledger::ok();
}

bool JobGraph::rows_fit() const {
  const std::size_t jobs = rows_.size();
  for (std::size_t job = 0; job < jobs; ++job) {
    const JobRow& row = rows_[job];
    bool has_children = row.first_child != ledger::kNoJob;
    bool children_fit = has_children ? row.first_child > job && row.first_child < jobs &&
                                           row.child_count <= jobs - row.first_child
                                     : row.child_count == 0;
    if (!children_fit || (row.parent != ledger::kNoJob && row.parent >= job) ||
        (row.batch != kNone && row.batch >= batches_.size()) ||
        row.template_number >= templates_.size() || row.label >= labels_.size() ||
        row.first_change >= changes_.size()) {
      return false;
    }
  }
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    const BatchRow& batch = batches_[i];
    if (batch.first > jobs || batch.count > jobs - batch.first ||
        batch.team >= labels_.team_count()) {
      return false;
    }
  }
  return std::all_of(runs_.begin(), runs_.end(), [&](const auto& run) { return run.first < jobs; });
}

bool JobGraph::changes_fit(std::uint64_t version) const {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    bool is_chained = change.previous == kNone || change.previous < i;
    if (!is_chained || change.entry() >= version ||
        static_cast<std::uint8_t>(change.status) >= ledger::kStatusCount) {
      return false;
    }
  }
  return true;
}

bool JobGraph::rebuild_heads() {
  SegmentedVector<JobNumber, 16384> job_of_change;
  for (std::size_t i = 0; i < changes_.size(); ++i) job_of_change.push_back(ledger::kNoJob);
  for (JobNumber job = 0; job < job_count(); ++job) {
    job_of_change[rows_[job].first_change] = job;
    heads_.push_back(rows_[job].first_change);
  }
  for (std::uint32_t i = 0; i < changes_.size(); ++i) {
    std::uint32_t previous = changes_[i].previous;
    if (previous != kNone) {
      job_of_change[i] = job_of_change[previous];
    }
    if (job_of_change[i] == ledger::kNoJob) return false;
    heads_[job_of_change[i]] = i;
  }
  return true;
}

ledger::Status JobGraph::derive(std::uint64_t) {
  ids_.insert_all();
  queues_.reserve(labels_.team_count());  // bulk adds want them to stay where they are
  BulkAdds queued;
  for (JobNumber job = 0; job < job_count(); ++job) {
    JobStatus status = last_change(job).status;
    if (queues_.size() <= team_of(job)) queues_.resize(team_of(job) + 1);
    if (status == JobStatus::queued) enter_queue(job, queued);
    JobNumber parent = rows_[job].parent;
    if (parent != ledger::kNoJob) unfinished_[parent] += status != JobStatus::finished;
  }
  queued.finish();
  for (std::uint32_t i = 0; i < batch_count(); ++i) batch_numbers_.emplace(batches_[i].id, i);
  return ledger::ok();
}

void JobGraph::save_derived(ledger::ChunkSink& sink) const {
  constexpr std::size_t kChunk = decltype(heads_)::kSegmentSize;
  for (std::size_t first = 0; first < heads_.size(); first += kChunk) {
    std::size_t count = std::min(kChunk, heads_.size() - first);
    sink.fresh("heads/" + std::to_string(first), heads_.bytes(first, count));
    Packer ids;
    for (std::size_t job = first; job < first + count; ++job) {
      ids.small(ids_.find(rows_[job].id).value_or(ledger::kNoJob));
    }
    sink.fresh("ids/" + std::to_string(first), ids.take());
  }
  Packer rest;
  for (std::uint32_t i = 0; i < batch_count(); ++i) rest.small(batch_numbers_.at(batches_[i].id));
  std::vector<std::pair<JobNumber, std::uint32_t>> parents(unfinished_.begin(), unfinished_.end());
  std::sort(parents.begin(), parents.end());
  rest.number(parents.size());
  for (const auto& [parent, count] : parents) {
    rest.small(parent);
    rest.small(count);
  }
  for (const ClaimQueue& queue : queues_) queue.pack(rest);
  sink.fresh("rest", rest.take());
}

}  // namespace jobledger::projections
