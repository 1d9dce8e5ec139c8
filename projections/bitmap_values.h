#pragma once

#include <algorithm>
#include <roaring/roaring.hh>
#include <vector>

#include "projections/pack.h"

namespace jobledger::projections {

/// Packs what is in the set, whatever form the library keeps it in.
inline void pack_values(Packer& out, const Roaring& set) {
  std::vector<std::uint32_t> values(set.cardinality());
  set.toUint32Array(values.data());
  out.number(values.size());
  out.bytes({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])});
}

/// The same of each set of a map that is not empty, in the order of its keys.
template <typename Map>
void pack_values_by_key(Packer& out, const Map& sets) {
  std::vector<typename Map::key_type> keys;
  for (const auto& [key, set] : sets) {
    if (!set.isEmpty()) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  out.number(keys.size());
  for (auto key : keys) {
    out.small(static_cast<std::uint32_t>(key));
    pack_values(out, sets.at(key));
  }
}

}  // namespace jobledger::projections
