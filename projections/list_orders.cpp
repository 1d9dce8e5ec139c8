#include "projections/list_orders.h"

#include <roaring/roaring.h>
#include <algorithm>
#include <limits>

namespace jobledger::projections {

using ledger::JobNumber;
using Numbers = ListOrders::Numbers;

namespace {

constexpr std::uint32_t kSlice = 4096;     ///< candidates looked at while the fold waits
constexpr std::uint32_t kLevelSlice = 16;  ///< levels of priority that may each be a large bitmap

constexpr std::int64_t kHighest = std::numeric_limits<std::int32_t>::max();

/// To go to the next candidate in an order costs about as much as to look at so many of them.
constexpr std::uint64_t kStepsWorth = 8;

/// The steps of a walk after which sorting the candidates is the cheaper way.
std::uint64_t most_steps(const Roaring& candidates) {
  return candidates.cardinality() / kStepsWorth + 1;
}

}  // namespace

std::uint64_t ListOrders::skippable(const Roaring& candidates, bool sure) const {
  if (!sure && !statuses_.is_all()) return 0;
  return std::min(taker_.to_pass(), candidates.cardinality());
}

void ListOrders::offer_ascending(const Roaring& candidates, bool sure) {
  auto it = candidates.begin();
  std::uint64_t skip = skippable(candidates, sure);
  std::uint32_t first = 0;
  if (skip > 0) {
    taker_.skip(skip);
    if (!candidates.select(static_cast<std::uint32_t>(skip), &first)) return;
    it.equalorlarger(first);
  }
  bool more = it != candidates.end();
  while (more) {
    locked_([&] {
      for (std::uint32_t i = 0; more && i < kSlice; ++i) {
        more = taker_.offer(*it, sure) && ++it != candidates.end();
      }
    });
  }
}

void ListOrders::offer_descending(const Roaring& candidates, bool sure) {
  roaring_uint32_iterator_t it;
  roaring_init_iterator_last(&candidates.roaring, &it);
  std::uint64_t count = candidates.cardinality();
  std::uint64_t skip = skippable(candidates, sure);
  if (skip > 0) {
    taker_.skip(skip);
    std::uint32_t last = 0;
    if (skip == count || !candidates.select(static_cast<std::uint32_t>(count - skip - 1), &last)) {
      return;
    }
    roaring_init_iterator(&candidates.roaring, &it);
    roaring_move_uint32_iterator_equalorlarger(&it, last);
  }
  bool more = it.has_value;
  while (more) {
    locked_([&] {
      for (std::uint32_t i = 0; more && i < kSlice; ++i) {
        more = taker_.offer(it.current_value, sure) && roaring_previous_uint32_iterator(&it);
      }
    });
  }
}

Numbers ListOrders::by_priority(const Roaring& candidates, const PriorityLevels& levels) {
  if (walk_levels(candidates, levels)) return taker_.take();
  Keyed jobs = fitting(candidates);
  for (auto each = jobs.begin(); each != jobs.end();) {
    locked_([&] {
      for (std::uint32_t i = 0; i < kSlice && each != jobs.end(); ++i, ++each) {
        std::int64_t below = kHighest - graph_.row(each->second).priority;
        each->first = static_cast<std::uint64_t>(below);
      }
    });
  }
  return page_of(std::move(jobs));
}

/// False if there are so many levels that it gave up.
bool ListOrders::walk_levels(const Roaring& candidates, const PriorityLevels& levels) {
  if (candidates.isEmpty()) return true;
  std::uint64_t left = most_steps(candidates);
  PriorityLevels::const_iterator level;
  locked_([&] { level = levels.begin(); });
  for (bool more = true; more && !taker_.full();) {
    Roaring jobs;
    locked_([&] {
      for (std::uint32_t i = 0; i < kLevelSlice && left > 0 && jobs.isEmpty(); ++i, --left) {
        more = level != levels.end();
        if (!more) return;
        jobs = level->second & candidates;
        ++level;
      }
    });
    offer_ascending(jobs);
    if (more && left == 0 && !taker_.full()) return false;
  }
  return true;
}

Numbers ListOrders::random(const Roaring& candidates, const Roaring& whole_team) {
  if (walk_permutation(candidates, whole_team)) return taker_.take();
  Permutation permutation(static_cast<std::uint32_t>(whole_team.cardinality()), version_);
  Keyed jobs = fitting(candidates);
  for (auto& [key, job] : jobs) {
    key = permutation.inverse(static_cast<std::uint32_t>(whole_team.rank(job) - 1));
  }
  return page_of(std::move(jobs));
}

/// False if it met so few candidates that it gave up.
bool ListOrders::walk_permutation(const Roaring& candidates, const Roaring& whole_team) {
  auto size = static_cast<std::uint32_t>(whole_team.cardinality());
  Permutation permutation(size, version_);
  auto last = static_cast<std::uint32_t>(std::min<std::uint64_t>(size, most_steps(candidates)));
  for (std::uint32_t at = 0; at < last && !taker_.full();) {
    locked_([&] {
      for (std::uint32_t end = std::min(last, at + kSlice); at < end && !taker_.full(); ++at) {
        JobNumber job = 0;
        whole_team.select(permutation(at), &job);
        if (candidates.contains(job)) taker_.offer(job, false);
      }
    });
  }
  return taker_.full() || last == size;
}

/// The candidates that are on the list, without keys yet.
ListOrders::Keyed ListOrders::fitting(const Roaring& candidates) const {
  Keyed jobs;
  auto it = candidates.begin();
  while (it != candidates.end()) {
    locked_([&] {
      for (std::uint32_t i = 0; i < kSlice && it != candidates.end(); ++i, ++it) {
        bool fits = statuses_.is_all() || statuses_.has(graph_.status_at(*it, version_));
        if (fits) jobs.emplace_back(0, *it);
      }
    });
  }
  return jobs;
}

/// By key, then by number.
Numbers ListOrders::page_of(Keyed jobs) const {
  std::uint64_t first = std::min<std::uint64_t>(page_.from, jobs.size());
  std::uint64_t last = std::min<std::uint64_t>(first + page_.limit, jobs.size());
  auto at = [&](std::uint64_t place) { return jobs.begin() + static_cast<std::ptrdiff_t>(place); };
  std::partial_sort(jobs.begin(), at(last), jobs.end());
  Numbers page;
  for (auto each = at(first); each != at(last); ++each) page.push_back(each->second);
  return page;
}

}  // namespace jobledger::projections
