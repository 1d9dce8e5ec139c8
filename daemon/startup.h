#pragma once

#include <memory>
#include <string>

#include "ledger/hash_tree.h"
#include "ledger/store.h"
#include "projections/snapshots.h"
#include "projections/state.h"

namespace jobledger::daemon {

/// A ledger that is open for writing, with its state recovered.
struct Started {
  explicit Started(std::unique_ptr<ledger::Store> opened)
      : store(std::move(opened)), snapshots(*store) {}

  std::unique_ptr<ledger::Store> store;
  projections::Snapshots snapshots;
  std::unique_ptr<projections::State> state;
  ledger::HashTree tree;
  ledger::TimeMs last_time = 0;
  std::uint64_t snapshot_version = 0;
};

/// Opens the data directory (made if missing) and recovers, with progress as log lines.
ledger::Result<Started> start(const std::string& data_dir);

}  // namespace jobledger::daemon
