#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <roaring/roaring.hh>
#include <utility>
#include <vector>

#include "ledger/ids.h"
#include "projections/bitmap_values.h"
#include "projections/bulk_adds.h"

namespace jobledger::projections {

/// The queued jobs of one team at the writer's head, as claims take them: highest priority first,
/// then in the order of creation, by any of some tags if they are asked for.
class ClaimQueue {
 public:
  /// By SingleAdds, or BulkAdds: then nothing may be removed before those are finished.
  template <typename Adds = SingleAdds>
  void add(ledger::JobNumber job, std::int32_t priority, const std::vector<std::uint32_t>& tags,
           Adds&& adds = {}) {
    adds.add(all_[priority], job);
    for (std::uint32_t tag : tags) adds.add(by_tag_[tag][priority], job);
  }

  void remove(ledger::JobNumber job, std::int32_t priority,
              const std::vector<std::uint32_t>& tags) {
    remove(all_, job, priority);
    for (std::uint32_t tag : tags) {
      auto it = by_tag_.find(tag);
      if (it == by_tag_.end()) continue;
      remove(it->second, job, priority);
      if (it->second.empty()) by_tag_.erase(it);
    }
  }

  std::optional<ledger::JobNumber> first() const {
    if (all_.empty()) return std::nullopt;
    return all_.begin()->second.minimum();
  }

  std::optional<ledger::JobNumber> first_with(const std::vector<std::uint32_t>& tags) const {
    std::optional<std::pair<std::int32_t, ledger::JobNumber>> best;
    for (std::uint32_t tag : tags) {
      auto it = by_tag_.find(tag);
      if (it == by_tag_.end()) continue;
      const auto& [priority, jobs] = *it->second.begin();
      if (best && priority < best->first) continue;
      if (!best || priority > best->first || jobs.minimum() < best->second) {
        best = {priority, jobs.minimum()};
      }
    }
    return best ? std::optional(best->second) : std::nullopt;
  }

  /// How many bitmaps it keeps: none is empty.
  std::size_t bitmaps() const {
    std::size_t count = all_.size();
    for (const auto& [tag, levels] : by_tag_) count += levels.size();
    return count;
  }

  /// All that is in it, for a digest.
  void pack(Packer& out) const {
    pack_values_by_key(out, all_);
    std::map<std::uint32_t, const Levels*> tags;
    for (const auto& [tag, levels] : by_tag_) tags.emplace(tag, &levels);
    for (const auto& [tag, levels] : tags) {
      out.small(tag);
      pack_values_by_key(out, *levels);
    }
  }

 private:
  using Levels = std::map<std::int32_t, Roaring, std::greater<>>;  ///< by priority

  static void remove(Levels& levels, ledger::JobNumber job, std::int32_t priority) {
    auto it = levels.find(priority);
    if (it == levels.end()) return;
    it->second.remove(job);
    if (it->second.isEmpty()) levels.erase(it);
  }

  // Moved with a queue, these leave its bitmaps where they are: see BulkAdds.
  Levels all_;
  boost::unordered_flat_map<std::uint32_t, Levels> by_tag_;
};

}  // namespace jobledger::projections
