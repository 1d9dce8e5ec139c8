#include "projections/history.h"

#include <algorithm>

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

constexpr std::uint32_t kSlice = 4096;       ///< jobs or entries looked at while the fold waits
constexpr std::uint64_t kJobsPerEntry = 32;  ///< looked at in the time that an entry takes to read

void sort_unique(std::vector<std::uint64_t>& entries) {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

/// Both are in ascending order then, as `entries` is before.
void merge_in(std::vector<std::uint64_t> some, std::vector<std::uint64_t>& entries) {
  sort_unique(some);
  auto old = static_cast<std::ptrdiff_t>(entries.size());
  entries.insert(entries.end(), some.begin(), some.end());
  std::inplace_merge(entries.begin(), entries.begin() + old, entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

std::vector<std::uint64_t> refused_undos_of(const State& state,
                                            const std::vector<std::uint64_t>& entries,
                                            std::uint64_t version) {
  std::vector<std::uint64_t> undos;
  for (std::size_t next = 0; next < entries.size();) {
    state.read([&] {
      for (std::size_t end = std::min(entries.size(), next + kSlice); next < end; ++next) {
        state.audit().cancellations().add_refused_undos(entries[next], version, undos);
      }
    });
  }
  return undos;
}

/// A run that has ended, of which the log alone has the reports.
struct EndedRun {
  std::uint64_t claim_entry;
  Change end;
};

void add_progress(LogReader& log, const EndedRun& run, std::uint64_t from,
                  std::vector<std::uint64_t>& entries) {
  ledger::Event end = log.event(run.end.entry(), run.end.place);
  const auto* detail = end.as_if<ledger::EndDetail>();
  if (!detail || !detail->progress) return;
  ledger::ProgressLink link = *detail->progress;
  while (link.entry > run.claim_entry && link.entry >= from) {
    entries.push_back(link.entry);
    link = log.event(link.entry, 0).as<ledger::ProgressDetail>().previous;
  }
}

/// Adds the entries that memory knows of; gives the runs to be followed, oldest first.
std::vector<EndedRun> gather(const State& state, JobNumber job, const EntryRange& range,
                             std::vector<std::uint64_t>& entries) {
  constexpr std::uint64_t kHead = ~std::uint64_t{0};
  const JobGraph& graph = state.graph();
  entries = state.audit().mentions_of_job(job, range.version);
  std::vector<EndedRun> runs;
  JobGraph::Changes changes = graph.changes_of(job, kHead);  // later ones end runs begun before
  for (std::size_t i = changes.size(); i-- > 0 && changes[i].entry() < range.version;) {
    entries.push_back(changes[i].entry());
    state.audit().cancellations().add_refused_undos(changes[i].entry(), range.version, entries);
    if (!graph.is_claim(changes[i])) continue;
    if (const RunRow* run = graph.run_begun_by(job, changes[i].entry())) {
      for (const RunRow::Point& point : run->points) entries.push_back(point.entry);
    } else {
      std::size_t end = i - 1;
      while (changes[end].status == JobStatus::rendering) --end;  // stops asked for meanwhile
      if (changes[end].entry() >= range.from) runs.push_back({changes[i].entry(), changes[end]});
    }
  }
  return runs;
}

}  // namespace

std::vector<std::uint64_t> entries_of_job(const State& state, LogReader& log, JobNumber job,
                                          const EntryRange& range) {
  std::vector<std::uint64_t> entries;
  std::vector<EndedRun> runs = state.read([&] { return gather(state, job, range, entries); });
  std::erase_if(entries, [&](std::uint64_t entry) { return entry < range.from; });
  sort_unique(entries);
  std::size_t of_memory = entries.size();
  for (const EndedRun& run : runs) {
    auto end = entries.begin() + static_cast<std::ptrdiff_t>(of_memory);
    auto before = std::lower_bound(entries.begin(), end, run.claim_entry);
    auto followed = static_cast<std::size_t>(entries.end() - end);
    // The runs that are left stand behind what is wanted.
    if (static_cast<std::size_t>(before - entries.begin()) + followed > range.limit) break;
    add_progress(log, run, range.from, entries);
  }
  std::erase_if(entries, [&](std::uint64_t entry) { return entry >= range.version; });
  sort_unique(entries);
  return entries;
}

std::vector<std::uint64_t> steps_of_job(const State& state, JobNumber job, std::uint64_t version) {
  std::vector<std::uint64_t> entries;
  state.read([&] {
    entries = state.audit().mentions_of_job(job, version);
    for (const Change& change : state.graph().changes_of(job, version)) {
      entries.push_back(change.entry());
      state.audit().cancellations().add_refused_undos(change.entry(), version, entries);
    }
  });
  sort_unique(entries);
  return entries;
}

std::vector<std::uint64_t> entries_of_batch(const State& state, std::uint32_t batch,
                                            std::uint64_t version) {
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
  sort_unique(entries);
  while (next < last) {
    std::vector<std::uint64_t> some;
    state.read([&] {
      for (JobNumber end = std::min(last, next + kSlice); next < end; ++next) {
        state.graph().each_change(next, version, [&](const Change& change) {
          some.push_back(change.entry());
          return true;
        });
      }
    });
    merge_in(std::move(some), entries);
  }
  merge_in(refused_undos_of(state, entries, version), entries);
  return entries;
}

BatchLookup::BatchLookup(const State& state, std::uint32_t batch) {
  state.read([&] {
    const BatchRow& row = state.graph().batch(batch);
    first_ = row.first;
    last_ = state.graph().job_count(row.entry + 1);
    mentions_ = state.audit().entries_of_batch(batch, ~std::uint64_t{0});
  });
}

bool BatchLookup::prefers_entries(const EntryRange& range) const {
  return range.version - range.from <= (last_ - first_) / kJobsPerEntry;
}

bool BatchLookup::is_about(std::uint64_t index, LogReader& log) const {
  const ledger::Entry& entry = log.entry(index);
  if (concerns(entry)) return true;
  bool is_refused_undo = entry.refusal && entry.command.kind == ledger::CommandKind::undo_cancel &&
                         entry.command.entry && *entry.command.entry < index;
  if (!is_refused_undo) return false;
  std::string team = entry.envelope.actor.team;
  const ledger::Entry& undone = log.entry(*entry.command.entry);
  return undone.envelope.actor.team == team && concerns(undone);
}

bool BatchLookup::concerns(const ledger::Entry& entry) const {
  if (std::binary_search(mentions_.begin(), mentions_.end(), entry.index)) return true;
  return std::any_of(entry.events.begin(), entry.events.end(), [this](const ledger::Event& event) {
    return changes_job(event.kind) && event.number >= first_ && event.number < last_;
  });
}

}  // namespace jobledger::projections
