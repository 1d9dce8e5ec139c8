#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/open_file.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// A file of a database, as long as it was at one moment.
struct HeldFile {
  std::string name;  ///< in `DIR/db`
  OpenFile file;
  std::uint64_t size = 0;
};

/// The files of the database in `db`, a directory, as they are at one moment, also while a daemon
/// writes there: so much of each, copied, is what a crash at that moment would have left. Whatever
/// the daemon does with them later they can still be read.
///
/// Tables of rows never change, and the manifest, which says which of them count, and the
/// write-ahead logs only grow. So it is a moment if the manifest does not grow from before all are
/// opened until the end of the last log is found (wal_end.h: behind it there are zeros). Else all
/// is done again, but for what is known of that log. Tables that are being written, and are not in
/// the manifest yet, may be among them.
///
/// A Failure if there is no database, a log is damaged, or no such moment came.
///
/// `meanwhile` is for tests: it is called each time before the last log is read.
Result<std::vector<HeldFile>> hold_database(const std::string& db,
                                            const std::function<void()>& meanwhile = nullptr);

/// Whether a file of this name is a table of rows, which never changes.
bool is_table(const std::string& name);

}  // namespace jobledger::ledger
