#pragma once

#include <cstdint>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <string_view>
#include <vector>

#include "projections/pack.h"
#include "projections/roaring_bytes.h"

namespace jobledger::projections {

/// A growing set of entry indexes, compressed.
class EntrySet {
 public:
  void add(std::uint64_t entry) {
    std::size_t high = entry >> 32;
    if (parts_.size() <= high) parts_.resize(high + 1);
    parts_[high].add(static_cast<std::uint32_t>(entry));
  }

  bool contains(std::uint64_t entry) const {
    std::size_t high = entry >> 32;
    return high < parts_.size() && parts_[high].contains(static_cast<std::uint32_t>(entry));
  }

  /// Leaves in `lows`, which are entries with this high half, those of the set.
  void intersect(std::uint64_t high, Roaring& lows) const {
    if (high < parts_.size()) {
      lows &= parts_[high];
    } else {
      lows = Roaring();
    }
  }

  /// The first of the set at or after `entry`.
  std::optional<std::uint64_t> next(std::uint64_t entry) const {
    for (std::size_t high = entry >> 32; high < parts_.size(); ++high) {
      std::uint32_t from = high == entry >> 32 ? static_cast<std::uint32_t>(entry) : 0;
      auto it = parts_[high].begin();
      it.equalorlarger(from);
      if (it != parts_[high].end()) return std::uint64_t{high} << 32 | *it;
    }
    return std::nullopt;
  }

  /// The last of the set below `entry`.
  std::optional<std::uint64_t> previous(std::uint64_t entry) const {
    for (std::size_t high = parts_.size(); high-- > 0;) {
      if (high > entry >> 32) continue;
      const Roaring& part = parts_[high];
      std::uint64_t below = part.cardinality();
      if (high == entry >> 32) {
        auto low = static_cast<std::uint32_t>(entry);
        below = low == 0 ? 0 : part.rank(low - 1);
      }
      std::uint32_t last = 0;
      if (below > 0 && part.select(static_cast<std::uint32_t>(below - 1), &last)) {
        return std::uint64_t{high} << 32 | last;
      }
    }
    return std::nullopt;
  }

  void add_all(const EntrySet& other) {
    if (parts_.size() < other.parts_.size()) parts_.resize(other.parts_.size());
    for (std::size_t high = 0; high < other.parts_.size(); ++high) {
      parts_[high] |= other.parts_[high];
    }
  }

  std::uint64_t size() const {
    std::uint64_t count = 0;
    for (const Roaring& part : parts_) count += part.cardinality();
    return count;
  }

  void save(Packer& out) const {
    out.number(parts_.size());
    for (const Roaring& part : parts_) {
      Roaring copy = part;
      copy.runOptimize();  // one form for one content: see `load`
      std::string bytes(copy.getSizeInBytes(), '\0');
      copy.write(bytes.data());
      out.text(bytes);
    }
  }

  /// False of anything that is no such set, or has entries from `version` on. Added one by one:
  /// where two forms of a part are of one size the library keeps the one there is, so a set that
  /// was read with runs would go on differently from one that never had any.
  bool load(Unpacker& in, std::uint64_t version) {
    std::uint64_t count = in.number();
    for (std::uint64_t high = 0; high < count && in.ok(); ++high) {
      auto lows = values_of_roaring(in.text());
      if (!lows || (!lows->empty() && (high << 32 | lows->back()) >= version)) return false;
      parts_.emplace_back(lows->size(), lows->data());
    }
    return in.ok();
  }

 private:
  std::vector<Roaring> parts_;  ///< by the high half of the index
};

}  // namespace jobledger::projections
