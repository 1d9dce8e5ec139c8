#pragma once

#include <cstdint>
#include <roaring/roaring.hh>
#include <utility>
#include <vector>

#include "projections/page_taker.h"

namespace jobledger::projections {

/// Takes a page of a list from its candidates, in one of the orders: a few thousand steps at a
/// time while the fold is kept out. For one list.
class ListOrders {
 public:
  using Numbers = std::vector<ledger::JobNumber>;

  ListOrders(const JobGraph& graph, StatusSet statuses, const Page& page, std::uint64_t version,
             const ledger::Projection::Locked& locked)
      : graph_(graph),
        statuses_(statuses),
        page_(page),
        version_(version),
        locked_(locked),
        taker_(graph, statuses, page, version) {}

  // By creation: the candidates may be offered in parts, which come in the order of the list. If
  // all are sure to have an asked status, those to be passed over cost no time.
  void offer_ascending(const Roaring& candidates, bool sure = false);
  void offer_descending(const Roaring& candidates, bool sure = false);
  bool has_to_pass() const { return taker_.to_pass() > 0; }
  bool full() const { return taker_.full(); }
  Numbers take() { return taker_.take(); }

  // In other orders: all of them at once.
  /// `levels` may grow meanwhile.
  Numbers by_priority(const Roaring& candidates, const PriorityLevels& levels);
  /// In the order of a permutation of the whole team.
  Numbers random(const Roaring& candidates, const Roaring& whole_team);

 private:
  std::uint64_t skippable(const Roaring& candidates, bool sure) const;
  // Where a walk in the order meets few that are on the list, all that are get a key and are
  // sorted: the same order, another way. Which one is taken is a matter of time alone.
  bool walk_levels(const Roaring& candidates, const PriorityLevels& levels);
  bool walk_permutation(const Roaring& candidates, const Roaring& whole_team);
  using Keyed = std::vector<std::pair<std::uint64_t, ledger::JobNumber>>;
  Keyed fitting(const Roaring& candidates) const;
  Numbers page_of(Keyed jobs) const;

  const JobGraph& graph_;
  StatusSet statuses_;
  Page page_;
  std::uint64_t version_;
  const ledger::Projection::Locked& locked_;
  PageTaker taker_;
};

}  // namespace jobledger::projections
