#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// The trees of an accepted submission, from its events, which come breadth first.
class SubmittedForest {
 public:
  explicit SubmittedForest(const Entry& entry);

  /// Places of the top-level jobs among the events.
  const std::vector<std::uint32_t>& roots() const { return roots_; }
  /// The tree below the event at this place, as it was asked for.
  JobSpec spec(std::uint32_t place) const;

  /// Puts the body of the root at the end of `body`, and says of it and of all below it where in
  /// there they are.
  Status place_bodies(JobSpec& spec, std::uint32_t place, const Store& store,
                      std::string& body) const;

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  Status place_children(JobSpec& parent, std::uint32_t place, const Store& store, Range root) const;

  const Entry& entry_;
  std::vector<std::vector<std::uint32_t>> children_;  ///< by place
  std::vector<std::uint32_t> roots_;
};

}  // namespace jobledger::ledger
