#include "projections/directory.h"

#include <algorithm>
#include <utility>

namespace jobledger::projections {

using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;

void Directory::fold(const ledger::Entry& entry, std::size_t first, std::size_t last) {
  for (std::size_t place = first; place < last; ++place) {
    const ledger::Event& event = entry.events[place];
    if (event.kind == EventKind::job_submitted) add_job(event.number);
    if (event.after != event.before) change(event.number, event.before, event.after);
  }
}

// Who asks for the version that is published needs what left from then on alone.
void Directory::forget_left(std::uint64_t published, std::uint64_t folded) {
  bool any = std::any_of(left_.begin(), left_.end(), [](const Left& left) { return left.any; });
  if (!any || published < left_[latest_].since) return;
  latest_ = (latest_ + 1) % left_.size();
  if (left_[latest_].any) left_[latest_] = Left();
  left_[latest_].since = folded;
}

template <typename Adds>
Directory::Team& Directory::add_job(JobNumber job, Adds&& adds) {
  std::uint32_t team = graph_.team_of(job);
  if (teams_.size() <= team) teams_.resize(team + 1);
  Team& to = teams_[team];
  const JobRow& row = graph_.row(job);
  adds.add(to.all, job);
  for (std::uint32_t tag : graph_.labels().label(row.label).tags) adds.add(to.by_tag[tag], job);
  adds.add(to.by_priority[row.priority], job);
  return to;
}

void Directory::change(JobNumber job, JobStatus before, JobStatus after) {
  Team& of = teams_[graph_.team_of(job)];
  of.ever[static_cast<std::size_t>(after)].add(job);
  if (!is_final(after)) of.now[static_cast<std::size_t>(after)].add(job);
  if (is_final(before)) reinstated_.add(job);
  if (before == JobStatus::none || is_final(before)) return;
  of.now[static_cast<std::size_t>(before)].remove(job);
  left_[latest_].any = true;
  left_[latest_].jobs[static_cast<std::size_t>(before)].add(job);
}

Directory::Save Directory::save(std::uint64_t) const {
  return [](ledger::ChunkSink&, const Locked&) {};
}

ledger::Status Directory::load(std::uint64_t, const ledger::ChunkSource&) {
  return ledger::ok();
}

ledger::Status Directory::derive(std::uint64_t version) {
  BulkAdds adds;
  for (JobNumber job = 0; job < graph_.job_count(); ++job) {
    Team& to = add_job(job, adds);
    bool newest = true;
    graph_.each_change(job, version, [&](const Change& each) {
      adds.add(to.ever[static_cast<std::size_t>(each.status)], job);
      if (!std::exchange(newest, false) && is_final(each.status)) adds.add(reinstated_, job);
      return true;
    });
    JobStatus now = graph_.last_change(job).status;
    if (!is_final(now)) adds.add(to.now[static_cast<std::size_t>(now)], job);
  }
  adds.finish();
  for (Left& each : left_) each.since = version;
  return ledger::ok();
}

void Directory::save_derived(ledger::ChunkSink& sink) const {
  Packer reinstated;
  pack_values(reinstated, reinstated_);
  sink.fresh("reinstated", reinstated.take());
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    Packer out;
    pack_values(out, teams_[i].all);
    for (const Roaring& jobs : teams_[i].ever) pack_values(out, jobs);
    for (const Roaring& jobs : teams_[i].now) pack_values(out, jobs);
    pack_values_by_key(out, teams_[i].by_tag);
    pack_values_by_key(out, teams_[i].by_priority);
    sink.fresh("team/" + std::to_string(i), out.take());
  }
}

}  // namespace jobledger::projections
