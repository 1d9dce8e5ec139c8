#include "daemon/startup.h"

#include "daemon/logging.h"
#include "projections/recovery.h"

namespace jobledger::daemon {

ledger::Result<Started> start(const std::string& data_dir) {
  auto store = ledger::Store::open(data_dir, {});
  if (!store) return store.error();
  Started started(std::move(*store));
  projections::RecoveryReport report;
  report.note = [](const std::string& note) { log::info(note); };
  report.progress = [](const projections::FoldProgress& at) {
    log::info("folding the log", {{"entry", at.done}, {"of", at.total}});
  };
  auto state = projections::recover(*started.store, started.snapshots, report);
  if (!state) return state.error();
  started.state = std::move(*state);
  started.snapshot_version = started.snapshots.newest();
  std::uint64_t version = started.state->version();
  auto tree = ledger::HashTree::load(*started.store, version);
  if (!tree) return tree.error();
  started.tree = std::move(*tree);
  if (version > 0) started.last_time = started.state->times().at(version - 1);
  return started;
}

}  // namespace jobledger::daemon
