#include "projections/directory.h"

#include <algorithm>
#include <utility>

#include "projections/list_orders.h"

namespace jobledger::projections {

using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;

namespace {

constexpr std::uint32_t kSlice = 4096;      ///< jobs looked at while the fold waits
constexpr std::uint64_t kWindow = 1 << 18;  ///< numbers whose bitmaps are put together at a time

}  // namespace

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

const Directory::Team* Directory::team(std::string_view name) const {
  auto number = graph_.labels().find_team(name);
  return number && *number < teams_.size() ? &teams_[*number] : nullptr;
}

void Directory::add_with_status(Roaring& to, const Query& query, JobStatus status,
                                const Roaring& among) const {
  auto place = static_cast<std::size_t>(status);
  if (is_final(status) || query.version < earliest().since) {
    to |= among & query.team.ever[place];
    return;
  }
  to |= among & query.team.now[place];
  for (const Left& left : left_) {
    if (left.any) to |= among & left.jobs[place];
  }
}

Roaring Directory::candidates(const Query& query, std::uint64_t first, std::uint64_t last) const {
  const JobFilter& filter = query.filter;
  Roaring range;
  range.addRange(first, last);
  Roaring found;
  if (filter.tags.empty()) {
    found = range & query.team.all;
  } else {
    for (const std::string& tag : filter.tags) {
      auto number = graph_.labels().find_tag(tag);
      auto it = number ? query.team.by_tag.find(*number) : query.team.by_tag.end();
      if (it != query.team.by_tag.end()) found |= range & it->second;
    }
  }
  if (filter.statuses.is_all()) return found;
  Roaring with;
  for (std::size_t i = 1; i < ledger::kStatusCount; ++i) {
    auto status = static_cast<JobStatus>(i);
    if (filter.statuses.has(status)) add_with_status(with, query, status, found);
  }
  return with;
}

Roaring Directory::gather(const Query& query, std::uint64_t window) const {
  std::uint64_t first = std::max<std::uint64_t>(query.filter.first, window * kWindow);
  std::uint64_t last = std::min<std::uint64_t>(query.last, (window + 1) * kWindow);
  Roaring found;
  if (first < last) query.locked([&] { found = candidates(query, first, last); });
  return found;
}

Roaring Directory::gather_all(const Query& query) const {
  Roaring found;
  for (std::uint64_t window = query.filter.first / kWindow; window * kWindow < query.last;
       ++window) {
    found |= gather(query, window);
  }
  return found;
}

/// Those whose status may be another than the bitmaps say: what has changed lately, or is beyond a
/// status that it once ended in.
Roaring Directory::doubtful(const Roaring& jobs) const {
  Roaring found = jobs & reinstated_;
  for (const Left& left : left_) {
    if (!left.any) continue;
    for (const Roaring& by_status : left.jobs) found |= jobs & by_status;
  }
  return found;
}

bool Directory::make_sure(const Query& query, Roaring& gathered) const {
  if (query.filter.statuses.is_all()) return true;
  bool is_told = false;
  Roaring doubts;
  query.locked([&] {
    is_told = query.version >= earliest().since;
    if (is_told) doubts = doubtful(gathered);
  });
  if (!is_told) return false;
  for (auto each = doubts.begin(); each != doubts.end();) {
    query.locked([&] {
      for (std::uint32_t i = 0; i < kSlice && each != doubts.end(); ++i, ++each) {
        JobStatus then = graph_.status_at(*each, query.version);
        if (!query.filter.statuses.has(then)) gathered.remove(*each);
      }
    });
  }
  return true;
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
  const Query query{*of, filter, std::min(filter.last, count), version, locked};
  ListOrders orders(graph_, filter.statuses, page, version, locked);
  std::uint64_t windows = (query.last + kWindow - 1) / kWindow;
  switch (page.sort) {
    case Sort::oldest_first:
      for (std::uint64_t i = filter.first / kWindow; i < windows && !orders.full(); ++i) {
        Roaring found = gather(query, i);
        bool sure = orders.has_to_pass() && make_sure(query, found);
        orders.offer_ascending(found, sure);
      }
      return orders.take();
    case Sort::newest_first:
      for (std::uint64_t i = windows; i-- > filter.first / kWindow && !orders.full();) {
        Roaring found = gather(query, i);
        bool sure = orders.has_to_pass() && make_sure(query, found);
        orders.offer_descending(found, sure);
      }
      return orders.take();
    case Sort::priority:
      return orders.by_priority(gather_all(query), of->by_priority);
    case Sort::random:
      // Over the whole team as of the version, not over the candidates: what they are changes, and
      // the same version must give the same order for ever.
      return orders.random(gather_all(query), gather_all({*of, {}, count, version, locked}));
  }
  return {};
}

}  // namespace jobledger::projections
