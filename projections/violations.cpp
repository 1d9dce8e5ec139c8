#include "projections/violations.h"

#include "projections/invariants.h"

namespace jobledger::projections {

using ledger::JobNumber;

namespace {

constexpr std::uint32_t kSlice = 4096;  ///< jobs looked at while the fold waits

bool adds_up(const JobGraph& graph, std::uint32_t number, JobNumber jobs) {
  const BatchRow& batch = graph.batch(number);
  if (batch.count > batch.total || batch.first > jobs || batch.count > jobs - batch.first) {
    return false;
  }
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    const JobRow& job = graph.row(batch.first + i);
    if (job.batch != number || job.parent != ledger::kNoJob) return false;
  }
  return true;
}

/// Calls `look` for each number below `count`; it says how many jobs it looked at. False if it was
/// stopped.
bool in_slices(const State& state, std::uint32_t count, const std::function<bool()>& stop,
               const std::function<std::uint32_t(std::uint32_t)>& look) {
  for (std::uint32_t next = 0; next < count;) {
    if (stop()) return false;
    state.read([&] {
      for (std::uint32_t looked = 0; next < count && looked < kSlice; ++next) {
        looked += 1 + look(next);
      }
    });
  }
  return true;
}

}  // namespace

std::optional<Violations> count_violations(const State& state, const std::function<bool()>& stop) {
  const JobGraph& graph = state.graph();
  std::uint64_t version = state.version();
  auto [jobs, batches] =
      state.read([&] { return std::pair(graph.job_count(version), graph.batch_count()); });
  Violations found;
  bool done = in_slices(state, jobs, stop, [&](JobNumber job) -> std::uint32_t {
    if (graph.row(job).child_count == 0) return 0;
    found.waiting_parents += waits_for_nothing(graph, job, version);
    return graph.row(job).child_count;
  });
  done = done && in_slices(state, batches, stop, [&](std::uint32_t batch) -> std::uint32_t {
           if (graph.batch(batch).entry >= version) return 0;  // it may be half folded
           found.batches += !adds_up(graph, batch, jobs);
           return graph.batch(batch).count;
         });
  return done ? std::optional(found) : std::nullopt;
}

}  // namespace jobledger::projections
