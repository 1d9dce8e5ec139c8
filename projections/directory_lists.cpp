// Lists, from the bitmaps that the fold keeps.

#include <algorithm>

#include "projections/directory.h"
#include "projections/list_orders.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

constexpr std::uint32_t kSlice = 4096;      ///< jobs looked at while the fold waits
constexpr std::uint64_t kWindow = 1 << 18;  ///< numbers whose bitmaps are put together at a time

}  // namespace

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
  auto offer = [&](std::uint64_t window, void (ListOrders::*in_order)(const Roaring&, bool)) {
    Roaring found = gather(query, window);
    bool sure = orders.has_to_pass() && make_sure(query, found);
    (orders.*in_order)(found, sure);
  };
  switch (page.sort) {
    case Sort::oldest_first:
      for (std::uint64_t i = filter.first / kWindow; i < windows && !orders.full(); ++i) {
        offer(i, &ListOrders::offer_ascending);
      }
      return orders.take();
    case Sort::newest_first:
      for (std::uint64_t i = windows; i-- > filter.first / kWindow && !orders.full();) {
        offer(i, &ListOrders::offer_descending);
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
