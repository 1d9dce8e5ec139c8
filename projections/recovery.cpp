#include "projections/recovery.h"

#include "ledger/hash_tree.h"
#include "ledger/leaf_reader.h"
#include "projections/fits.h"
#include "projections/stored_entry.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large

/// Folds the entry, if nothing speaks against it.
Status fold_read(const ReadEntry& read, ledger::LeafReader& leaves, State& state) {
  Result<const Entry*> entry = stored_entry(read, leaves);
  if (!entry) return entry.error();
  Status fitting = fits(state, **entry);
  if (!fitting) return damaged_entry(read.index, fitting.error().message);
  state.fold_stored(**entry);
  return ledger::ok();
}

/// How many entries there are. The tree is written with them: leaves without entries mean that
/// entries are gone.
Result<std::uint64_t> count_entries(const ledger::Store& store) {
  Result<std::uint64_t> entries = store.entry_count();
  if (!entries) return entries;
  std::uint64_t leaves = ledger::HashTree::stored_leaves(store);
  if (leaves <= *entries) return entries;
  return Failure{"the log has " + std::to_string(*entries) +
                 " entries, and its hash tree leaves for " + std::to_string(leaves) +
                 ": the end of the log is gone. Restore the data directory from a backup"};
}

}  // namespace

Status fold_log(const ledger::Store& store, State& state, std::uint64_t until,
                const RecoveryReport& report) {
  ledger::LeafReader leaves(store);
  ReadAhead log(store, state.folded(), until, ReadDepth::entries);
  while (ReadEntry* read = log.next()) {
    if (Status folded = fold_read(*read, leaves, state); !folded) return folded;
    if (read->index % kProgressStep == 0) report.progress({read->index, until});
  }
  if (Status whole = log.status(); !whole) return whole;
  if (state.folded() < until) {
    return Failure{"the log ends at entry " + std::to_string(state.folded()) + ", not at " +
                   std::to_string(until)};
  }
  state.publish(until);
  return ledger::ok();
}

Result<std::unique_ptr<State>> refold(const ledger::Store& store, const RecoveryReport& report) {
  Result<std::uint64_t> count = count_entries(store);
  if (!count) return count.error();
  auto state = std::make_unique<State>();
  Status folded = fold_log(store, *state, *count, report);
  if (!folded) return folded.error();
  return state;
}

Result<std::unique_ptr<State>> recover(const ledger::Store& store, Snapshots& snapshots,
                                       const RecoveryReport& report) {
  Result<std::uint64_t> count = count_entries(store);
  if (!count) return count.error();
  auto state = std::make_unique<State>();
  std::optional<std::uint64_t> loaded = snapshots.load(*state, report.note);
  if (loaded && *loaded <= *count) {
    report.note("loaded the snapshot of version " + std::to_string(*loaded));
  } else {
    state = std::make_unique<State>();
    if (*count > 0) report.note("no snapshot: folding all of the log");
  }
  Status folded = fold_log(store, *state, *count, report);
  if (!folded) return folded.error();
  return state;
}

}  // namespace jobledger::projections
