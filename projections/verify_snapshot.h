#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "projections/snapshots.h"

namespace jobledger::projections {

/// Holds the newest snapshot against a fold of the log, byte for byte, at the version it is of: so
/// nothing of it is believed, or even taken apart. What it finds it tells `found`; of one that
/// another version of the program wrote it tells `note`, for a start folds the whole log instead.
class SnapshotCheck {
 public:
  using Tell = std::function<void(const std::string&)>;
  SnapshotCheck(const ledger::Store& store, Tell found, Tell note);

  /// To be called with the state at each version, as long as it is folded.
  void at(State& state) {
    if (head_ && state.folded() == head_->version) compare(state);
  }
  /// After the whole log.
  void finish();
  /// The version of the one that was the same; 0 if there was none.
  std::uint64_t held() const { return held_; }

 private:
  void compare(State& state);

  const ledger::Store& store_;
  const Tell found_;
  const Tell note_;
  std::optional<HeadRow> head_;  ///< until it was compared
  std::uint64_t held_ = 0;
};

}  // namespace jobledger::projections
