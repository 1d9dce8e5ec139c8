#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/store.h"
#include "projections/recovery.h"

namespace jobledger::projections {

struct Verification {
  std::uint64_t entries = 0;          ///< how many were read
  std::vector<std::string> findings;  ///< what is wrong, and at which index; empty: nothing
  std::string root;                   ///< of the hash tree, in hexadecimal
  std::uint64_t snapshot = 0;         ///< the version of the snapshot compared, 0 if there was none
};

/// Reads every entry again: the log is dense, each entry decodes and says its own index, times
/// never go back, each leaf of the stored hash tree is that of the stored bytes, each payload is
/// there and is the one that its entry names, and the projections that a start would use equal a
/// fresh fold. Stops after a hundred findings.
Verification verify(ledger::Store& store, const RecoveryReport& report);

}  // namespace jobledger::projections
