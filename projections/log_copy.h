#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "ledger/hash_tree.h"
#include "ledger/store.h"
#include "projections/state.h"

namespace jobledger::projections {

/// The stored payload of a job.
struct StoredPayload {
  ledger::JobId job;
  std::string row;
};

/// The payloads that an entry brought, as they are stored, in the order of its events.
ledger::Result<std::vector<StoredPayload>> payloads_of(const ledger::Entry& entry,
                                                       const ledger::Store& store);

/// Whether these are the payloads that the entry names, each with the hash that it has of it. How
/// many of them were redacted, of which no hash can tell; a Failure says which is wrong.
ledger::Result<std::size_t> check_payloads(const ledger::Entry& entry,
                                           std::span<const StoredPayload> payloads);

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
