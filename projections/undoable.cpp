#include "projections/undoable.h"

#include <set>

namespace jobledger::projections {

using ledger::Event;
using ledger::EventKind;
using ledger::JobNumber;
using ledger::Undoable;

namespace {

std::optional<Undoable::What> what_of(const Event& event) {
  switch (event.kind) {
    case EventKind::job_cancelled:
      return Undoable::What::cancelled;
    case EventKind::stop_requested:
      return Undoable::What::stop_requested;
    case EventKind::job_reinstated:
      return Undoable::What::reinstated;
    case EventKind::stop_withdrawn:
      return Undoable::What::stop_withdrawn;
    default:
      return std::nullopt;
  }
}

void add_events(const ledger::Entry& entry, std::vector<Undoable>& jobs) {
  for (const Event& event : entry.events) {
    if (auto what = what_of(event)) {
      jobs.push_back({*what, event.before, event.number, entry.index});
    }
  }
}

/// The entry in which the job was cancelled by stopping, as `asked` had asked it to.
std::optional<std::uint64_t> carried_out_by(const State& state, JobNumber job, std::uint64_t asked,
                                            std::uint64_t version) {
  return state.read([&]() -> std::optional<std::uint64_t> {
    std::optional<Change> later = state.graph().change_after(job, asked, version);
    if (!later || later->status != ledger::JobStatus::manually_cancelled) return std::nullopt;
    return later->entry();
  });
}

}  // namespace

ledger::UndoCancel undo_of(const State& state, LogReader& log, std::string_view team,
                           std::uint64_t index, std::uint64_t version) {
  ledger::UndoCancel undo;
  undo.entry = index;
  undo.known = index < version && log.head(index).envelope.actor.team == team;
  if (!undo.known) return undo;
  add_events(log.entry(index), undo.jobs);
  std::set<std::uint64_t> later;
  for (const Undoable& done : undo.jobs) {
    if (done.what != Undoable::What::stop_requested) continue;
    if (auto entry = carried_out_by(state, done.job, index, version)) later.insert(*entry);
  }
  for (std::uint64_t entry : later) add_events(log.entry(entry), undo.jobs);
  return undo;
}

}  // namespace jobledger::projections
