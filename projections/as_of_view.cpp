#include "projections/as_of_view.h"

#include <shared_mutex>

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

ledger::JobFacts facts_of(const JobGraph& graph, JobNumber job, const Change& last) {
  const JobRow& row = graph.row(job);
  ledger::JobFacts facts{row.id,          job,         row.parent,   row.first_child,
                         row.child_count, last.status, last.entry(), std::nullopt};
  const Change* asked = last.status == JobStatus::manually_cancelled ? graph.before(last) : &last;
  if (asked && graph.is_stop(*asked)) facts.stop_entry = asked->entry();
  return facts;
}

template <typename Question>
auto AsOfView::ask(Question question) const {
  std::shared_lock<FoldLock> lock;
  if (lock_) lock = std::shared_lock(*lock_);
  return question();
}

std::optional<JobNumber> AsOfView::find_job(std::string_view team, ledger::JobId id) const {
  return ask([&] { return graph_.find(team, id, version_); });
}

ledger::JobFacts AsOfView::facts(JobNumber job) const {
  return ask([&] { return facts_of(graph_, job, graph_.change_at(job, version_)); });
}

std::optional<ledger::BatchFacts> AsOfView::find_batch(std::string_view team,
                                                       ledger::BatchId id) const {
  return ask([&]() -> std::optional<ledger::BatchFacts> {
    auto number = graph_.find_batch(team, id, version_);
    if (!number) return std::nullopt;
    const BatchRow& batch = graph_.batch(*number);
    return ledger::BatchFacts{batch.first, batch.count};
  });
}

std::unique_ptr<ledger::CascadeView> AsOfView::as_of(std::uint64_t version) const {
  return std::make_unique<AsOfView>(graph_, version, lock_);
}

}  // namespace jobledger::projections
