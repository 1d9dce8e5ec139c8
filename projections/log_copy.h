#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "ledger/entry.h"
#include "ledger/hash_tree.h"
#include "ledger/store.h"
#include "projections/payloads.h"
#include "projections/state.h"

namespace jobledger::projections {

/// Fills an empty store with the entries of another ledger, byte for byte; the hash tree grows
/// anew, and the state is folded along.
class LogCopy {
 public:
  explicit LogCopy(ledger::Store& into);

  /// The next entry, which `bytes` decode to, with its payloads. A Failure if it does not fit on
  /// those before it, or cannot be written.
  ledger::Status take(const ledger::Entry& entry, std::string_view bytes,
                      std::span<const StoredPayload> payloads);
  /// Writes what was taken so far.
  ledger::Status flush();

  // Of what was taken so far.
  State& state() { return *state_; }
  const ledger::HashTree& tree() const { return tree_; }
  ledger::TimeMs last_time() const { return last_time_; }
  /// The state, for somebody who goes on from here. Nothing more is taken.
  std::unique_ptr<State> release_state() { return std::move(state_); }

 private:
  ledger::Store& into_;
  ledger::StoreBatch batch_;
  ledger::HashTree tree_;
  std::unique_ptr<State> state_;
  ledger::TimeMs last_time_ = 0;
};

}  // namespace jobledger::projections
