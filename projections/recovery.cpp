#include "projections/recovery.h"

#include "ledger/codec.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 16;

}  // namespace

Status fold_log(const ledger::Store& store, State& state, std::uint64_t until,
                const RecoveryReport& report) {
  std::string wrong;
  Status scanned =
      store.scan_entries(state.folded(), [&](std::uint64_t index, std::string_view bytes) {
        if (index >= until) return false;
        Result<Entry> entry = ledger::decode(bytes);
        if (!entry || entry->index != index) {
          wrong = "entry " + std::to_string(index) +
                  " is damaged: " + (entry ? "it says that it is another" : entry.error().message);
          return false;
        }
        state.fold_stored(*entry);
        if (index % kProgressStep == 0) report.progress({index, until});
        return true;
      });
  if (!wrong.empty()) return Failure{wrong};
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
