#include "projections/explanation.h"

#include <algorithm>

namespace jobledger::projections {

using ledger::Cause;
using ledger::CommandKind;
using ledger::Event;
using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;
using Turn = Explanation::Turn;

namespace {

constexpr std::size_t kMostLinks = 1000;
constexpr std::size_t kMostEach = 50;       ///< turns, late reports, refused attempts
constexpr std::size_t kMostChildren = 100;  ///< that a job waits for
constexpr std::uint32_t kSlice = 2048;      ///< children looked at while the fold waits

/// Where an event stands.
struct Place {
  std::uint64_t entry;
  std::uint32_t place;
};

/// Whether the event answers to what had been done to the same job before: it took that back, or
/// carried it out.
bool answers_to_earlier(const Event& event) {
  return event.cause == Cause::undo || event.cause == Cause::stopped ||
         (event.cause == Cause::lease_ended && event.kind == EventKind::job_cancelled);
}

/// The event before this one on the way to the command behind it.
std::optional<Place> origin_of(const State& state, const Event& event, std::uint64_t entry) {
  if (event.via != ledger::kNoPlace) return Place{entry, event.via};
  if (!answers_to_earlier(event)) return std::nullopt;
  Change earlier = state.read([&] { return state.graph().change_at(event.number, entry); });
  return Place{earlier.entry(), earlier.place};
}

void follow(const State& state, LogReader& log, Place from, Explanation& explanation) {
  std::vector<Link>& chain = explanation.chain;
  for (std::optional<Place> at = from; at; at = origin_of(state, chain.back().event, at->entry)) {
    if (chain.size() == kMostLinks) {
      explanation.chain_is_whole = false;
      return;
    }
    Event event = log.event(at->entry, at->place);
    bool pulled_in = !chain.empty() && chain.back().entry == at->entry;
    if (pulled_in) chain.back().via = event.subject;
    chain.push_back({at->entry, std::move(event), std::nullopt});
  }
}

/// What kind of turn in the life of the job the change was, if it was one.
std::optional<Turn> turn_of(const JobGraph& graph, const Change& change) {
  const Change* before = graph.before(change);
  if (!before) return std::nullopt;
  auto turn = [&](Turn::What what) { return Turn{change.entry(), change.status, what}; };
  if (change.status == JobStatus::manually_cancelled) return turn(Turn::What::cancelled);
  if (before->status == JobStatus::manually_cancelled) return turn(Turn::What::reinstated);
  if (graph.is_stop(change)) return turn(Turn::What::stop);
  if (before->status != JobStatus::rendering) return std::nullopt;
  if (change.status == JobStatus::rendering) return turn(Turn::What::stop_withdrawn);
  if (change.status == JobStatus::queued) return turn(Turn::What::requeued);
  return std::nullopt;
}

void add_waits(const State& state, JobNumber job, std::uint64_t version, Explanation& explanation) {
  std::uint32_t next = 0;
  std::uint32_t count = state.read([&] { return state.graph().row(job).child_count; });
  while (next < count) {
    state.read([&] {
      const JobGraph& graph = state.graph();
      for (std::uint32_t end = std::min(count, next + kSlice); next < end; ++next) {
        JobNumber child = graph.row(job).first_child + next;
        JobStatus status = graph.status_at(child, version);
        if (status == JobStatus::finished) continue;
        if (explanation.waits_for.size() < kMostChildren) {
          explanation.waits_for.push_back({graph.row(child).id, status});
        } else {
          ++explanation.waits_for_more;
        }
      }
    });
  }
}

/// What led to the status; gives where the chain begins.
Place read_changes(const State& state, JobNumber job, std::uint64_t version,
                   Explanation& explanation) {
  return state.read([&] {
    const JobGraph& graph = state.graph();
    JobGraph::Changes changes = graph.changes_of(job, version);
    const Change& last = changes.front();
    explanation.id = graph.row(job).id;
    explanation.status = last.status;
    explanation.stopping = graph.is_stop(last);
    for (const Change& change : changes) {
      if (!explanation.claim && graph.is_claim(change)) explanation.claim = change.entry();
      auto turn = turn_of(graph, change);
      if (turn) explanation.before.push_back(*turn);
    }
    return Place{last.entry(), last.place};
  });
}

/// Leaves the turns that the chain does not tell of.
void sort_out_turns(Explanation& explanation) {
  auto told = [&](const Turn& turn) {
    return std::any_of(explanation.chain.begin(), explanation.chain.end(), [&](const Link& link) {
      return link.entry == turn.entry && link.event.subject == explanation.id;
    });
  };
  std::erase_if(explanation.before, told);
  if (explanation.before.size() > kMostEach) {
    explanation.before_older = explanation.before.size() - kMostEach;
    explanation.before.resize(kMostEach);
  }
  std::reverse(explanation.before.begin(), explanation.before.end());
}

bool is_report(const AuditIndex& audit, std::uint64_t entry) {
  for (CommandKind kind : {CommandKind::report_progress, CommandKind::finish_job,
                           CommandKind::fail_job, CommandKind::report_stopped}) {
    if (audit.of_kind(kind)->contains(entry)) return true;
  }
  return false;
}

void take_newest(NewestEntries& of) {
  if (of.entries.size() <= kMostEach) return;
  of.older = of.entries.size() - kMostEach;
  of.entries.erase(of.entries.begin(), of.entries.begin() + static_cast<std::ptrdiff_t>(of.older));
}

void add_refusals(const State& state, JobNumber job, std::uint64_t version,
                  Explanation& explanation) {
  state.read([&] {
    const AuditIndex& audit = state.audit();
    std::vector<std::uint64_t> entries = audit.mentions_of_job(job, version);
    state.graph().each_change(job, version, [&](const Change& change) {
      audit.cancellations().add_refused_undos(change.entry(), version, entries);
      return true;
    });
    std::sort(entries.begin(), entries.end());
    for (std::uint64_t entry : entries) {
      if (!audit.refused().contains(entry)) continue;
      (is_report(audit, entry) ? explanation.late_reports : explanation.refused_attempts)
          .entries.push_back(entry);
    }
  });
  take_newest(explanation.late_reports);
  take_newest(explanation.refused_attempts);
}

}  // namespace

Explanation explain(const State& state, LogReader& log, JobNumber job, std::uint64_t version) {
  Explanation explanation;
  Place last = read_changes(state, job, version, explanation);
  follow(state, log, last, explanation);
  sort_out_turns(explanation);
  if (explanation.status == JobStatus::pending) add_waits(state, job, version, explanation);
  add_refusals(state, job, version, explanation);
  return explanation;
}

}  // namespace jobledger::projections
