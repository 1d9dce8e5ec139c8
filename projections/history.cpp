#include "projections/history.h"

#include <algorithm>

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

void sort_unique(std::vector<std::uint64_t>& entries) {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

/// The reports of a run that has ended, found from its end backwards.
void add_progress(LogReader& log, const Change& end, std::uint64_t claim_entry,
                  std::vector<std::uint64_t>& entries) {
  const auto* detail = log.entry(end.entry()).events[end.place].as_if<ledger::EndDetail>();
  if (!detail || !detail->progress) return;
  ledger::ProgressLink link = *detail->progress;
  while (link.entry > claim_entry) {
    entries.push_back(link.entry);
    link = log.entry(link.entry).events.front().as<ledger::ProgressDetail>().previous;
  }
}

}  // namespace

std::vector<std::uint64_t> entries_of_job(const State& state, LogReader& log, JobNumber job,
                                          std::uint64_t version) {
  constexpr std::uint64_t kHead = ~std::uint64_t{0};
  std::vector<Change> changes;        // newest first, later ones than the version too
  std::vector<std::size_t> followed;  // those that began a run whose end is in the log
  std::vector<std::uint64_t> entries;
  state.read([&] {
    const JobGraph& graph = state.graph();
    changes = graph.changes_of(job, kHead);
    entries = state.audit().mentions_of_job(job, version);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].status != JobStatus::rendering || changes[i].entry() >= version) continue;
      const RunRow* run = graph.run_begun_by(job, changes[i].entry());
      if (!run) {
        followed.push_back(i);
        continue;
      }
      for (const RunRow::Point& point : run->points) entries.push_back(point.entry);
    }
  });
  for (const Change& change : changes) entries.push_back(change.entry());
  for (std::size_t i : followed) {
    add_progress(log, changes[i - 1], changes[i].entry(), entries);
  }
  std::erase_if(entries, [&](std::uint64_t entry) { return entry >= version; });
  sort_unique(entries);
  return entries;
}

std::vector<std::uint64_t> entries_of_batch(const State& state, std::uint32_t batch,
                                            std::uint64_t version) {
  constexpr JobNumber kSlice = 4096;
  std::vector<std::uint64_t> entries;
  JobNumber next = 0;
  JobNumber last = 0;
  std::uint64_t created = 0;
  state.read([&] {
    entries = state.audit().entries_of_batch(batch, version);
    next = state.graph().batch(batch).first;
    created = state.graph().batch(batch).entry;
    last = state.graph().job_count(created + 1);
  });
  while (next < last) {
    state.read([&] {
      for (JobNumber end = std::min(last, next + kSlice); next < end; ++next) {
        for (const Change& change : state.graph().changes_of(next, version)) {
          entries.push_back(change.entry());
        }
      }
    });
    sort_unique(entries);
  }
  return entries;
}

}  // namespace jobledger::projections
