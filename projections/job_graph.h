#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/job_view.h"
#include "ledger/projection.h"
#include "projections/claim_queue.h"
#include "projections/id_map.h"
#include "projections/job_rows.h"
#include "projections/labels.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

/// A batch: its top-level jobs are neighbours in the order of creation.
struct BatchRow {
  ledger::BatchId id;
  std::uint64_t entry = 0;
  ledger::JobNumber first = ledger::kNoJob;
  std::uint32_t count = 0;  ///< of top-level jobs created
  std::uint32_t total = 0;  ///< of jobs asked for
  std::uint32_t team = 0;
};
static_assert(sizeof(BatchRow) == 40);

/// A job that is rendering, with the progress recorded since its claim.
struct RunRow {
  ledger::LeaseId lease;
  std::uint32_t lease_seconds = 0;
  std::uint64_t claim_entry = 0;
  struct Point {
    std::uint64_t entry;
    std::uint32_t progress;
  };
  std::vector<Point> points;

  ledger::ProgressLink last() const {
    if (points.empty()) return {0, claim_entry};
    return {points.back().progress, points.back().entry};
  }
};

/// Which jobs there are, how they hang together, and each job's status at any version. About 60
/// bytes a job and 16 a change of its status.
///
/// Not synchronised: the fold excludes readers (State). Questions without a version are about the
/// head, and are the writer's alone.
class JobGraph final : public ledger::Projection {
 public:
  JobGraph();

  std::string_view name() const override { return "jobs"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;
  ledger::Status derive(std::uint64_t version) override;
  void save_derived(ledger::ChunkSink& sink) const override;

  // As of a version.
  /// Of the team, or of any if that is nullopt.
  std::optional<ledger::JobNumber> find(std::optional<std::string_view> team, ledger::JobId id,
                                        std::uint64_t version) const;
  std::optional<std::uint32_t> find_batch(std::optional<std::string_view> team, ledger::BatchId id,
                                          std::uint64_t version) const;
  ledger::JobNumber job_count(std::uint64_t version) const;
  std::uint32_t batch_count(std::uint64_t version) const;
  /// The change that gave the job its status then. The job existed then.
  const Change& change_at(ledger::JobNumber job, std::uint64_t version) const;
  ledger::JobStatus status_at(ledger::JobNumber job, std::uint64_t version) const {
    return change_at(job, version).status;
  }
  /// The change before it of the same job; null if it is the first.
  const Change* before(const Change& change) const {
    return change.previous == kNone ? nullptr : &changes_[change.previous];
  }
  /// Whether it began a run, and was not only told to a worker at it.
  bool is_claim(const Change& change) const {
    return change.status == ledger::JobStatus::rendering && !is_told_to_worker(change);
  }
  /// Whether it asked the worker to stop.
  bool is_stop(const Change& change) const {
    return is_told_to_worker(change) && change.has_text != 0;
  }
  /// The change of the job that followed the one this entry made; nullopt if none had by then.
  std::optional<Change> change_after(ledger::JobNumber job, std::uint64_t entry,
                                     std::uint64_t version) const;
  /// Calls `visit(change)` with the changes of the job up to then, newest first, until it is false.
  template <typename Visit>
  void each_change(ledger::JobNumber job, std::uint64_t version, Visit visit) const {
    for (std::uint32_t at = heads_[job]; at != kNone; at = changes_[at].previous) {
      if (changes_[at].entry() < version && !visit(changes_[at])) return;
    }
  }
  /// The changes of the job up to then, newest first.
  using Changes = boost::container::small_vector<Change, 6>;
  Changes changes_of(ledger::JobNumber job, std::uint64_t version) const;

  // Of what never changes.
  /// Whether there is such a job, or batch, of any team.
  bool knows(ledger::JobId id) const { return ids_.find(id).has_value(); }
  bool knows_batch(ledger::BatchId id) const { return batch_numbers_.contains(id); }
  const JobRow& row(ledger::JobNumber job) const { return rows_[job]; }
  const BatchRow& batch(std::uint32_t number) const { return batches_[number]; }
  std::uint32_t batch_count() const { return static_cast<std::uint32_t>(batches_.size()); }
  const Labels& labels() const { return labels_; }
  const std::string& template_id(ledger::JobNumber job) const {
    return templates_.text(rows_[job].template_number);
  }
  std::uint32_t team_of(ledger::JobNumber job) const {
    return labels_.label(rows_[job].label).team;
  }
  std::uint64_t created_entry(ledger::JobNumber job) const {
    return changes_[rows_[job].first_change].entry();
  }

  // At the head.
  ledger::JobNumber job_count() const { return static_cast<ledger::JobNumber>(rows_.size()); }
  const Change& last_change(ledger::JobNumber job) const { return changes_[heads_[job]]; }
  std::uint32_t unfinished_children(ledger::JobNumber job) const;
  std::uint32_t ended_leases(ledger::JobNumber job) const;
  const RunRow* run(ledger::JobNumber job) const;
  /// The run of the job that this entry began, while memory has it: until its end is durable, since
  /// from then on the log tells of it. Null if it has not.
  const RunRow* run_begun_by(ledger::JobNumber job, std::uint64_t claim_entry) const;
  /// Forgets the runs that an entry below the version ended.
  void forget_ended_runs(std::uint64_t durable);
  const boost::unordered_flat_map<ledger::JobNumber, RunRow>& runs() const { return runs_; }
  const ClaimQueue* queue(std::string_view team) const;

 private:
  bool is_told_to_worker(const Change& change) const {
    return change.status == ledger::JobStatus::rendering &&
           changes_[change.previous].status == ledger::JobStatus::rendering;
  }
  void submit_batch(const ledger::Entry& entry, const ledger::Event& event);
  void submit(const ledger::Entry& entry, const ledger::Event& event, std::size_t place);
  void change(const ledger::Entry& entry, const ledger::Event& event, std::size_t place);
  void claim(const ledger::Entry& entry, const ledger::Event& event);
  void end_run(ledger::JobNumber job, std::uint64_t entry);
  void append_change(ledger::JobNumber job, std::uint64_t entry, std::size_t place,
                     ledger::JobStatus status, std::uint8_t progress, bool has_text);
  template <typename Adds = SingleAdds>
  void enter_queue(ledger::JobNumber job, Adds&& adds = {}) {
    const Labels::Label& label = labels_.label(rows_[job].label);
    queues_[label.team].add(job, rows_[job].priority, label.tags, adds);
  }
  void leave_queue(ledger::JobNumber job);
  std::string save_runs() const;
  bool load_runs(std::string_view bytes);
  // What is loaded is believed only as far as it cannot do harm; verify compares the rest.
  bool rows_fit() const;
  bool changes_fit(std::uint64_t version) const;
  bool rebuild_heads();

  JobRows rows_;
  SegmentedVector<std::uint32_t, 16384> heads_;  ///< a job's newest change
  SegmentedVector<Change, 16384> changes_;
  IdMap ids_;
  Labels labels_;
  Interner templates_;
  SegmentedVector<BatchRow> batches_;
  boost::unordered_flat_map<ledger::BatchId, std::uint32_t, UlidHash> batch_numbers_;
  boost::unordered_flat_map<ledger::JobNumber, std::uint32_t> unfinished_;  ///< of parents
  boost::unordered_flat_map<ledger::JobNumber, RunRow> runs_;
  struct EndedRun {
    std::uint64_t end_entry;
    ledger::JobNumber job;
    RunRow run;
  };
  std::deque<EndedRun> ended_runs_;  ///< those whose end may not be durable yet, in its order
  std::vector<ClaimQueue> queues_;   ///< by team
};

}  // namespace jobledger::projections
