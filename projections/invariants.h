#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "ledger/entry.h"
#include "ledger/store.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::projections {

/// What must hold in every ledger, asked of each entry as the log is folded: a cascade is the one
/// that the rules give on the state before it, whole; no parent waits for children that have all
/// ended; the counts of a batch add up. What it finds it tells `found`, as what is wrong with the
/// entry.
class InvariantCheck {
 public:
  using Found = std::function<void(std::uint64_t index, const std::string& what)>;
  InvariantCheck(const ledger::Store& store, Found found) : log_(store), found_(std::move(found)) {}

  /// Before the entry is folded on the state, which it fits on: a cascade is decided again.
  void before(const State& state, const ledger::Entry& entry);
  /// After it: the rest.
  void after(const State& state, const ledger::Entry& entry);

  /// Cascades that were not decided again, since other rules than these decided them.
  std::uint64_t of_other_rules() const { return of_other_rules_; }

 private:
  void decide_again(const State& state, const ledger::Entry& entry);
  void check_batch(const ledger::Entry& entry);

  LogReader log_;
  Found found_;
  std::uint64_t of_other_rules_ = 0;
};

/// Whether the job is pending at the version though none of its children is left to wait for.
bool waits_for_nothing(const JobGraph& graph, ledger::JobNumber job, std::uint64_t version);

}  // namespace jobledger::projections
