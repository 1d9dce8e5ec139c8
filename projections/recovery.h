#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ledger/store.h"
#include "projections/snapshots.h"
#include "projections/state.h"

namespace jobledger::projections {

/// How far a fold of the log has come.
struct FoldProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct RecoveryReport {
  std::function<void(const std::string&)> note;       ///< something worth a line in the log
  std::function<void(const FoldProgress&)> progress;  ///< now and then
};

/// Folds the entries [state.folded(), until) of the log and publishes them. Each is judged first:
/// its bytes by the leaf of the stored hash tree, the entry by `fits`. A Failure names the first
/// that cannot be folded; those before it are.
ledger::Status fold_log(const ledger::Store& store, State& state, std::uint64_t until,
                        const RecoveryReport& report);

/// The state of the whole log, folded from its first entry whatever snapshots there are. A Failure
/// as of `recover`.
ledger::Result<std::unique_ptr<State>> refold(const ledger::Store& store,
                                              const RecoveryReport& report);

/// The state of the whole log: the newest snapshot that is beyond doubt, and the rest folded. A
/// Failure if the hash tree knows of entries that are gone: the writer would give their indexes to
/// others.
ledger::Result<std::unique_ptr<State>> recover(const ledger::Store& store, Snapshots& snapshots,
                                               const RecoveryReport& report);

}  // namespace jobledger::projections
