#include "projections/entry_search.h"

#include <algorithm>

namespace jobledger::projections {
namespace {

constexpr std::uint64_t kWindow = 1 << 20;  ///< entries whose bitmaps are intersected at a time
constexpr std::size_t kSlice = 4096;        ///< entries looked up while the fold waits

/// Those of [first, last), which lie within one window, that are in every set.
std::vector<std::uint64_t> in_window(const std::vector<const EntrySet*>& sets, std::uint64_t first,
                                     std::uint64_t last) {
  Roaring both;
  std::uint64_t high = first >> 32 << 32;
  both.addRange(first - high, last - high);
  for (const EntrySet* set : sets) set->intersect(first >> 32, both);
  std::vector<std::uint64_t> found;
  for (std::uint32_t low : both) found.push_back(high | low);
  return found;
}

}  // namespace

std::vector<std::uint64_t> entries_in_all(const std::vector<const EntrySet*>& sets,
                                          std::uint64_t from, std::uint64_t version,
                                          std::size_t most,
                                          const ledger::Projection::Locked& locked) {
  std::vector<std::uint64_t> found;
  while (from < version && found.size() < most) {
    std::vector<std::uint64_t> more;
    locked([&] {
      // Over what any of the sets has not.
      for (const EntrySet* set : sets) from = std::max(from, set->next(from).value_or(version));
      if (from >= version) return;
      std::uint64_t end = std::min(version, (from / kWindow + 1) * kWindow);
      more = in_window(sets, from, end);
      from = end;
    });
    more.resize(std::min(more.size(), most - found.size()));
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

std::vector<std::uint64_t> entries_in_all(const std::vector<const EntrySet*>& sets,
                                          const std::vector<std::uint64_t>& of, std::uint64_t from,
                                          std::uint64_t version, std::size_t most,
                                          const ledger::Projection::Locked& locked) {
  std::vector<std::uint64_t> found;
  auto it = std::lower_bound(of.begin(), of.end(), from);
  auto end = std::lower_bound(it, of.end(), version);
  while (it != end && found.size() < most) {
    locked([&] {
      for (std::size_t i = 0; i < kSlice && it != end && found.size() < most; ++i, ++it) {
        bool in_all = std::all_of(sets.begin(), sets.end(),
                                  [&](const EntrySet* set) { return set->contains(*it); });
        if (in_all) found.push_back(*it);
      }
    });
  }
  return found;
}

}  // namespace jobledger::projections
