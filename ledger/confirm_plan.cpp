#include "ledger/confirm_plan.h"

#include <map>

namespace jobledger::ledger {
namespace {

/// What becomes of a job in a plan.
enum class Fate : std::uint8_t { not_in_it, refused, cancelled, asked_to_stop, left_alone };

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::not_in_it:
      return "not in it";
    case Fate::refused:
      return "not to be cancelled";
    case Fate::cancelled:
      return "to be cancelled";
    case Fate::asked_to_stop:
      return "to be asked to stop";
    case Fate::left_alone:
      return "to be left alone";
  }
  return "unknown";
}

Fate fate_of(const Event& event) {
  if (event.kind == EventKind::job_cancelled) return Fate::cancelled;
  return event.kind == EventKind::stop_requested ? Fate::asked_to_stop : Fate::left_alone;
}

struct Fates {
  Fate then = Fate::not_in_it;
  Fate now = Fate::not_in_it;
};
using FatesByJob = std::map<JobNumber, Fates>;

/// Of a plan that was refused, it is the jobs it was refused for that count.
void collect(const CascadeView& view, std::string_view team, const Decision& decision,
             Fate Fates::*side, FatesByJob& fates) {
  for (const Event& event : decision.events) fates[event.number].*side = fate_of(event);
  if (!decision.refusal) return;
  for (const Offender& offender : decision.refusal->offenders) {
    std::optional<JobId> id = JobId::parse(offender.id);
    std::optional<JobNumber> job = id ? view.find_job(team, *id) : std::nullopt;
    if (job) fates[*job].*side = Fate::refused;
  }
}

/// A plan that was refused says nothing of the jobs that it was not refused for.
bool same_fate(const Fates& fates, const Decision& then, const Decision& now) {
  bool told = (!then.refusal || fates.then != Fate::not_in_it) &&
              (!now.refusal || fates.now != Fate::not_in_it);
  return !told || fates.then == fates.now;
}

std::string was(std::string_view then, std::string_view now) {
  return "it was " + std::string(then) + " in the plan, and is " + std::string(now);
}

}  // namespace

std::uint64_t jobs_taken(const Decision& decision) {
  std::uint64_t taken = 0;
  for (const Event& event : decision.events) {
    taken += event.kind == EventKind::job_cancelled || event.kind == EventKind::stop_requested;
  }
  return taken;
}

Decision confirm_plan(const CascadeView& view, std::uint64_t version, Decision now,
                      std::string_view team,
                      const std::function<Decision(const CascadeView&)>& plan) {
  bool judged = !now.refusal || now.refusal->code == RefusalCode::not_cancellable;
  if (!judged) return now;
  std::unique_ptr<CascadeView> view_then = view.as_of(version);
  Decision then = plan(*view_then);
  FatesByJob fates;
  collect(view, team, then, &Fates::then, fates);
  collect(view, team, now, &Fates::now, fates);
  std::vector<Offender> changed;
  for (const auto& [job, fate] : fates) {
    JobFacts facts = view.facts(job);
    bool was_there = view_then->find_job(team, facts.id).has_value();
    JobStatus before = was_there ? view_then->facts(job).status : JobStatus::none;
    if (before == facts.status && same_fate(fate, then, now)) continue;
    std::string note = !was_there               ? "it was not there at the version of the plan"
                       : before != facts.status ? was(name_of(before), name_of(facts.status))
                                                : was(name_of(fate.then), name_of(fate.now));
    changed.push_back(
        {facts.id.text(), facts.status, facts.status_entry, kNotInList, std::move(note), {}});
  }
  bool same_kind = now.refusal.has_value() == then.refusal.has_value();
  if (same_kind && now.refusal) same_kind = now.refusal->code == then.refusal->code;
  if (changed.empty() && same_kind) return now;
  return refuse(RefusalCode::plan_changed, std::move(changed), version);
}

}  // namespace jobledger::ledger
