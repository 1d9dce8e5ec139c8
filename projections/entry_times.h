#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ledger/projection.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

/// The time of each entry, in four bytes: the low half, and the few places where the high changes.
class EntryTimes final : public ledger::Projection {
 public:
  std::string_view name() const override { return "times"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;

  std::uint64_t size() const { return low_.size(); }
  ledger::TimeMs at(std::uint64_t entry) const;
  /// The first entry at or after the time; `size()` if there is none.
  std::uint64_t first_at_or_after(ledger::TimeMs time) const;

 private:
  SegmentedVector<std::uint32_t, 16384> low_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> high_;  ///< from this entry on
};

}  // namespace jobledger::projections
