#include "projections/directory.h"

#include <algorithm>

#include "projections/list_orders.h"

namespace jobledger::projections {

using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;

namespace {

constexpr std::uint64_t kWindow = 1 << 18;  ///< numbers whose bitmaps are put together at a time

}  // namespace

void Directory::fold(const ledger::Entry& entry, std::size_t first, std::size_t last) {
  for (std::size_t place = first; place < last; ++place) {
    const ledger::Event& event = entry.events[place];
    if (event.kind == EventKind::job_submitted) add_job(event.number);
    if (event.after != event.before) add_status(event.number, event.after);
  }
}

void Directory::add_job(JobNumber job) {
  const Labels::Label& label = graph_.labels().label(graph_.row(job).label);
  if (teams_.size() <= label.team) teams_.resize(label.team + 1);
  Team& to = teams_[label.team];
  to.all.add(job);
  for (std::uint32_t tag : label.tags) to.by_tag[tag].add(job);
  to.by_priority[graph_.row(job).priority].add(job);
}

void Directory::add_status(JobNumber job, JobStatus status) {
  teams_[graph_.team_of(job)].ever[static_cast<std::size_t>(status)].add(job);
}

Directory::Save Directory::save(std::uint64_t) const {
  return [](ledger::ChunkSink&, const Locked&) {};
}

ledger::Status Directory::load(std::uint64_t version, const ledger::ChunkSource&) {
  for (JobNumber job = 0; job < graph_.job_count(); ++job) {
    add_job(job);
    for (const Change& change : graph_.changes_of(job, version)) add_status(job, change.status);
  }
  return ledger::ok();
}

void Directory::save_derived(ledger::ChunkSink& sink) const {
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    Packer out;
    pack_values(out, teams_[i].all);
    for (const Roaring& jobs : teams_[i].ever) pack_values(out, jobs);
    pack_values_by_key(out, teams_[i].by_tag);
    pack_values_by_key(out, teams_[i].by_priority);
    sink.fresh("team/" + std::to_string(i), out.take());
  }
}

const Directory::Team* Directory::team(std::string_view name) const {
  auto number = graph_.labels().find_team(name);
  return number && *number < teams_.size() ? &teams_[*number] : nullptr;
}

Roaring Directory::candidates(const Team& team, const JobFilter& filter, std::uint64_t first,
                              std::uint64_t last) const {
  Roaring range;
  range.addRange(first, last);
  Roaring found;
  if (filter.tags.empty()) {
    found = range & team.all;
  } else {
    for (const std::string& tag : filter.tags) {
      auto number = graph_.labels().find_tag(tag);
      auto it = number ? team.by_tag.find(*number) : team.by_tag.end();
      if (it != team.by_tag.end()) found |= range & it->second;
    }
  }
  if (filter.statuses.is_all()) return found;
  Roaring ever;
  for (std::size_t i = 1; i < ledger::kStatusCount; ++i) {
    if (filter.statuses.has(static_cast<JobStatus>(i))) ever |= found & team.ever[i];
  }
  return ever;
}

Roaring Directory::gather(const Team& team, const JobFilter& filter, JobNumber last,
                          const Locked& locked) const {
  Roaring found;
  for (std::uint64_t at = filter.first; at < last;) {
    std::uint64_t end = std::min<std::uint64_t>(last, (at / kWindow + 1) * kWindow);
    locked([&] { found |= candidates(team, filter, at, end); });
    at = end;
  }
  return found;
}

std::vector<JobNumber> Directory::list(std::string_view team_name, const JobFilter& filter,
                                       const Page& page, std::uint64_t version,
                                       const Locked& locked) const {
  const Team* of = nullptr;
  JobNumber count = 0;
  locked([&] {
    of = team(team_name);
    count = graph_.job_count(version);
  });
  if (!of) return {};
  Roaring found = gather(*of, filter, std::min(filter.last, count), locked);
  ListOrders orders(graph_, filter.statuses, page, version, locked);
  switch (page.sort) {
    case Sort::oldest_first:
      return orders.oldest_first(found);
    case Sort::newest_first:
      return orders.newest_first(found);
    case Sort::priority:
      return orders.by_priority(found, of->by_priority);
    case Sort::random:
      // Over the whole team as of the version, not over the candidates: bitmaps of statuses grow,
      // and the same version must give the same order for ever.
      return orders.random(found, gather(*of, {}, count, locked));
  }
  return {};
}

}  // namespace jobledger::projections
