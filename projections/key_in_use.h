#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/signing_keys.h"
#include "projections/state.h"

namespace jobledger::projections {

/// The key that the newest rotation of the log names, of those that the ledger has; without one,
/// its first. A log that was copied names keys of another ledger. There is one, at least.
ledger::SigningKey key_in_use(const ledger::SigningKeys& keys, const State& state,
                              const ledger::Store& store);

/// A change of keys in the log.
struct KeyChange {
  std::uint64_t entry = 0;
  std::string before;  ///< verifier keys
  std::string after;
};
/// Oldest first, as of the version.
std::vector<KeyChange> key_changes(const State& state, const ledger::Store& store,
                                   std::uint64_t version);

}  // namespace jobledger::projections
