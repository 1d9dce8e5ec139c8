#include "projections/directory.h"

#include <roaring/roaring.h>
#include <algorithm>

#include "projections/page_taker.h"

namespace jobledger::projections {

using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;

namespace {

constexpr std::uint32_t kSlice = 4096;  ///< candidates looked at while the fold waits

/// Offers the candidates oldest first.
void offer_ascending(const Roaring& candidates, PageTaker& taker,
                     const ledger::Projection::Locked& locked) {
  auto it = candidates.begin();
  std::uint64_t skip = std::min(taker.skippable(), candidates.cardinality());
  std::uint32_t first = 0;
  if (skip > 0) {
    taker.skip(skip);
    if (!candidates.select(static_cast<std::uint32_t>(skip), &first)) return;
    it.equalorlarger(first);
  }
  bool more = it != candidates.end();
  while (more) {
    locked([&] {
      for (std::uint32_t i = 0; more && i < kSlice; ++i) {
        more = taker.offer(*it) && ++it != candidates.end();
      }
    });
  }
}

void offer_descending(const Roaring& candidates, PageTaker& taker,
                      const ledger::Projection::Locked& locked) {
  roaring_uint32_iterator_t it;
  roaring_init_iterator_last(&candidates.roaring, &it);
  std::uint64_t count = candidates.cardinality();
  std::uint64_t skip = std::min(taker.skippable(), count);
  if (skip > 0) {
    taker.skip(skip);
    std::uint32_t last = 0;
    if (!candidates.select(static_cast<std::uint32_t>(count - skip - 1), &last) || skip == count) {
      return;
    }
    roaring_init_iterator(&candidates.roaring, &it);
    roaring_move_uint32_iterator_equalorlarger(&it, last);
  }
  bool more = it.has_value;
  while (more) {
    locked([&] {
      for (std::uint32_t i = 0; more && i < kSlice; ++i) {
        more = taker.offer(it.current_value) && roaring_previous_uint32_iterator(&it);
      }
    });
  }
}

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

const Directory::Team* Directory::team(std::string_view name) const {
  auto number = graph_.labels().find_team(name);
  return number && *number < teams_.size() ? &teams_[*number] : nullptr;
}

Roaring Directory::candidates(const Team& team, const JobFilter& filter, JobNumber last) const {
  Roaring found;
  if (filter.tags.empty()) {
    found = team.all;
  } else {
    for (const std::string& tag : filter.tags) {
      auto number = graph_.labels().find_tag(tag);
      auto it = number ? team.by_tag.find(*number) : team.by_tag.end();
      if (it != team.by_tag.end()) found |= it->second;
    }
  }
  if (!filter.statuses.is_all()) {
    Roaring ever;
    for (std::size_t i = 1; i < ledger::kStatusCount; ++i) {
      if (filter.statuses.has(static_cast<JobStatus>(i))) ever |= team.ever[i];
    }
    found &= ever;
  }
  Roaring range;
  if (filter.first < last) range.addRange(filter.first, last);
  found &= range;
  return found;
}

std::vector<JobNumber> Directory::list(std::string_view team_name, const JobFilter& filter,
                                       const Page& page, std::uint64_t version,
                                       const Locked& locked) const {
  Roaring found;
  Roaring whole_team;
  std::vector<Roaring> by_priority;
  locked([&] {
    const Team* of = team(team_name);
    if (!of) return;
    JobNumber last = std::min(filter.last, graph_.job_count(version));
    found = candidates(*of, filter, last);
    if (page.sort == Sort::priority) {
      for (const auto& [priority, jobs] : of->by_priority) by_priority.push_back(jobs & found);
    }
    if (page.sort == Sort::random) {
      whole_team = of->all;
      Roaring known;
      known.addRange(0, graph_.job_count(version));
      whole_team &= known;
    }
  });

  PageTaker taker(graph_, filter.statuses, page, version);
  switch (page.sort) {
    case Sort::oldest_first:
      offer_ascending(found, taker, locked);
      break;
    case Sort::newest_first:
      offer_descending(found, taker, locked);
      break;
    case Sort::priority:
      for (const Roaring& jobs : by_priority) {
        if (!taker.full()) offer_ascending(jobs, taker, locked);
      }
      break;
    case Sort::random: {
      // Over the whole team as of the version, not over the candidates: bitmaps of statuses grow,
      // and the same version must give the same order for ever.
      auto size = static_cast<std::uint32_t>(whole_team.cardinality());
      Permutation permutation(size, version);
      for (std::uint32_t at = 0; at < size && !taker.full();) {
        locked([&] {
          for (std::uint32_t end = std::min(size, at + kSlice); at < end && !taker.full(); ++at) {
            JobNumber job = 0;
            whole_team.select(permutation(at), &job);
            if (found.contains(job)) taker.offer(job);
          }
        });
      }
      break;
    }
  }
  return taker.take();
}

}  // namespace jobledger::projections
