#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <map>
#include <optional>
#include <roaring/roaring.hh>
#include <vector>

#include "ledger/ids.h"

namespace jobledger::projections {

/// The queued jobs of one team at the writer's head, as claims take them: highest priority first,
/// then in the order of creation, by any of some tags if they are asked for.
class ClaimQueue {
 public:
  void add(ledger::JobNumber job, std::int32_t priority, const std::vector<std::uint32_t>& tags) {
    Level& level = levels_[priority];
    level.all.add(job);
    for (std::uint32_t tag : tags) level.by_tag[tag].add(job);
  }

  void remove(ledger::JobNumber job, std::int32_t priority,
              const std::vector<std::uint32_t>& tags) {
    auto it = levels_.find(priority);
    if (it == levels_.end()) return;
    it->second.all.remove(job);
    for (std::uint32_t tag : tags) it->second.by_tag[tag].remove(job);
    if (it->second.all.isEmpty()) levels_.erase(it);
  }

  std::optional<ledger::JobNumber> first() const {
    if (levels_.empty()) return std::nullopt;
    return levels_.begin()->second.all.minimum();
  }

  std::optional<ledger::JobNumber> first_with(const std::vector<std::uint32_t>& tags) const {
    for (const auto& [priority, level] : levels_) {
      std::optional<ledger::JobNumber> oldest;
      for (std::uint32_t tag : tags) {
        auto it = level.by_tag.find(tag);
        if (it == level.by_tag.end() || it->second.isEmpty()) continue;
        if (!oldest || it->second.minimum() < *oldest) oldest = it->second.minimum();
      }
      if (oldest) return oldest;
    }
    return std::nullopt;
  }

 private:
  struct Level {
    Roaring all;
    boost::unordered_flat_map<std::uint32_t, Roaring> by_tag;
  };
  std::map<std::int32_t, Level, std::greater<>> levels_;
};

}  // namespace jobledger::projections
