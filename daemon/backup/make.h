#pragma once

#include <optional>
#include <string>

#include "daemon/backup/record.h"
#include "daemon/backup/watch.h"

namespace jobledger::daemon::backup {

struct MakeRequest {
  std::string data_dir;
  std::string to;      ///< see shelf.h
  bool quick = false;  ///< the copied entries are not read again
};

struct Made {
  Record record;
  std::string path;
  std::size_t files = 0;
  std::optional<std::string> shared_with;  ///< the backup before it, if it shares anything
};

/// Copies the ledger as it is at one moment (ledger/held_database.h), also beside its daemon, into
/// a folder of its own; tables that the newest backup there has, byte for byte, are shared with it
/// by hard links. Then the copy is opened, its end is held against that of the ledger, and its
/// entries are read. Only then it gets its name. After a Failure nothing of it is left.
ledger::Result<Made> make_backup(const MakeRequest& request, const Watch& watch);

}  // namespace jobledger::daemon::backup
