#include "projections/recovery.h"

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/leaf_reader.h"
#include "projections/fits.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 16;

/// Folds the bytes as the entry of that index, if nothing speaks against it.
Status fold_bytes(std::uint64_t index, std::string_view bytes, ledger::LeafReader& leaves,
                  State& state) {
  auto damaged = [&](const std::string& how) {
    return Failure{"entry " + std::to_string(index) + " is damaged: " + how};
  };
  std::optional<ledger::Sha256> leaf = leaves.leaf(index);
  if (!leaf) return damaged("the hash tree has no leaf for it");
  if (*leaf != ledger::HashTree::hash_leaf(ledger::sha256({bytes}))) {
    return damaged("its bytes are not those that the hash tree has the hash of");
  }
  Result<Entry> entry = ledger::decode(bytes);
  if (!entry) return damaged(entry.error().message);
  if (entry->index != index) return damaged("it says that it is another");
  Status fitting = fits(state, *entry);
  if (!fitting) return damaged(fitting.error().message);
  state.fold_stored(*entry);
  return ledger::ok();
}

/// The tree is written with the entries: leaves without entries mean that entries are gone.
Status check_end(const ledger::Store& store, std::uint64_t entries) {
  std::uint64_t leaves = ledger::HashTree::stored_leaves(store);
  if (leaves <= entries) return ledger::ok();
  return Failure{"the log has " + std::to_string(entries) +
                 " entries, and its hash tree leaves for " + std::to_string(leaves) +
                 ": the end of the log is gone. Restore the data directory from a backup"};
}

}  // namespace

Status fold_log(const ledger::Store& store, State& state, std::uint64_t until,
                const RecoveryReport& report) {
  ledger::LeafReader leaves(store);
  Status folded = ledger::ok();
  Status scanned =
      store.scan_entries(state.folded(), [&](std::uint64_t index, std::string_view bytes) {
        if (index >= until) return false;
        folded = fold_bytes(index, bytes, leaves, state);
        if (folded && index % kProgressStep == 0) report.progress({index, until});
        return folded.has_value();
      });
  if (!folded) return folded;
  if (!scanned) return scanned;
  if (state.folded() < until) {
    return Failure{"the log ends at entry " + std::to_string(state.folded()) + ", not at " +
                   std::to_string(until)};
  }
  state.publish(until);
  return ledger::ok();
}

Result<std::unique_ptr<State>> recover(const ledger::Store& store, Snapshots& snapshots,
                                       const RecoveryReport& report) {
  Result<std::uint64_t> count = store.entry_count();
  if (!count) return count.error();
  Status end = check_end(store, *count);
  if (!end) return end.error();
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
