#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/store.h"
#include "projections/entry_filter.h"

namespace jobledger::daemon::streams {

/// Walks along the entries that a filter lets through, in the order of the ledger, as far as its
/// reader says that they may be seen. Each is given once, whether it was there before or came
/// while the reader waited.
class EntryCursor {
 public:
  EntryCursor(const projections::State& state, const ledger::Store& store,
              projections::EntryFilter filter, std::uint64_t from);

  /// The next one of the first `version` entries; nullopt if there is none. `version` never goes
  /// back.
  std::optional<std::uint64_t> next(std::uint64_t version);
  /// All before it were given or do not fit.
  std::uint64_t position() const { return at_ < found_.size() ? found_[at_] : looked_to_; }

 private:
  const projections::State& state_;
  const ledger::Store& store_;
  const projections::EntryFilter filter_;
  const std::size_t ahead_;  ///< looked up at a time
  std::uint64_t looked_to_;
  std::vector<std::uint64_t> found_;
  std::size_t at_ = 0;
};

}  // namespace jobledger::daemon::streams
