#pragma once

#include <functional>
#include <optional>
#include <string>

#include "daemon/backup/record.h"
#include "daemon/backup/watch.h"
#include "daemon/startup.h"
#include "ledger/writer.h"
#include "projections/replay.h"

namespace jobledger::daemon::backup {

struct RestoreRequest {
  std::string backup;
  std::string into;  ///< missing or empty
  /// The version, of the ledger in the backup, up to which another ledger is to be made of it;
  /// without it the same ledger as it was.
  std::function<ledger::Result<std::uint64_t>(const ledger::Store&)> until;
  bool quick = false;  ///< entries are judged by their hashes alone
  /// Appends the entry that tells of the restore.
  std::function<ledger::Result<ledger::Receipt>(Started&, ledger::RestoreLedger)> append;
};

struct Restored {
  Record record;
  ledger::Restoration from;
  ledger::Ulid ledger_id;                     ///< of the restored ledger
  std::uint64_t entry = 0;                    ///< the index of the entry that tells of the restore
  std::string root;                           ///< with that entry, in hexadecimal
  std::optional<projections::Replay> replay;  ///< if it is another ledger
};

/// Checks the backup by its checksums, then makes a ledger of it, with the restore as its last
/// entry. The backup stays as it is; the directory is a ledger only once all is done.
///
/// The same ledger, with its id and keys: its files are copied, and its entries verified. Another
/// one: the history up to the version is replayed, with a new id and new keys, which come with the
/// first start.
ledger::Result<Restored> restore(const RestoreRequest& request, const Watch& watch);

}  // namespace jobledger::daemon::backup
