#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace jobledger::projections {

/// Where the entries of one ledger are in another that leaves some of them out.
class IndexMap {
 public:
  /// The next entry is there, or is not.
  void kept() { versions_.push_back(versions_.back() + 1); }
  void gone() { versions_.push_back(versions_.back()); }

  /// How many entries were mapped.
  std::uint64_t size() const { return versions_.size() - 1; }
  /// nullopt of one that is not there. `index` was mapped.
  std::optional<std::uint64_t> index(std::uint64_t index) const {
    if (versions_[index + 1] == versions_[index]) return std::nullopt;
    return versions_[index];
  }
  /// The version after what is there of the first `version` entries; beyond those that were
  /// mapped, that after all of them.
  std::uint64_t version(std::uint64_t version) const {
    return versions_[std::min(version, size())];
  }

 private:
  std::vector<std::uint64_t> versions_ = {0};  ///< by version
};

}  // namespace jobledger::projections
