#pragma once

#include "ledger/job_view.h"
#include "projections/fold_lock.h"
#include "projections/job_graph.h"

namespace jobledger::projections {

/// What a cancel would have seen at a version.
class AsOfView final : public ledger::CascadeView {
 public:
  /// `lock` keeps the fold out for one question at a time; null for the thread that folds.
  AsOfView(const JobGraph& graph, std::uint64_t version, FoldLock* lock)
      : graph_(graph), version_(version), lock_(lock) {}

  std::optional<ledger::JobNumber> find_job(std::string_view team, ledger::JobId id) const override;
  ledger::JobFacts facts(ledger::JobNumber job) const override;
  std::optional<ledger::BatchFacts> find_batch(std::string_view team,
                                               ledger::BatchId id) const override;
  std::unique_ptr<ledger::CascadeView> as_of(std::uint64_t version) const override;

 private:
  template <typename Question>
  auto ask(Question question) const;

  const JobGraph& graph_;
  const std::uint64_t version_;
  FoldLock* const lock_;
};

/// The facts of the job when this was its last change.
ledger::JobFacts facts_of(const JobGraph& graph, ledger::JobNumber job, const Change& last);

}  // namespace jobledger::projections
