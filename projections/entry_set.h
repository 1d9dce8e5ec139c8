#pragma once

#include <cstdint>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <string_view>
#include <vector>

#include "projections/pack.h"

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

  std::uint64_t size() const {
    std::uint64_t count = 0;
    for (const Roaring& part : parts_) count += part.cardinality();
    return count;
  }

  void save(Packer& out) const {
    out.number(parts_.size());
    for (const Roaring& part : parts_) {
      Roaring copy = part;
      // One form for one content, whatever history made it: between forms of one size the library
      // keeps the one that is there.
      copy.removeRunCompression();
      copy.runOptimize();
      std::string bytes(copy.getSizeInBytes(), '\0');
      copy.write(bytes.data());
      out.text(bytes);
    }
  }

  bool load(Unpacker& in) {
    for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
      std::string bytes = in.text();
      if (!in.ok() || bytes.empty()) return false;
      parts_.push_back(Roaring::readSafe(bytes.data(), bytes.size()));
    }
    return in.ok();
  }

 private:
  std::vector<Roaring> parts_;  ///< by the high half of the index
};

}  // namespace jobledger::projections
