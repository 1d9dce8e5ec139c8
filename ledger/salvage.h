#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/ids.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// A row of a damaged database.
struct SalvagedRow {
  std::string bytes;
  /// It stands behind damage in a write-ahead log: what it holds somebody may have put into a body,
  /// so that only a signature can tell.
  bool behind_damage = false;
};

/// What the files of a data directory hold, each read by itself: whatever is damaged, the rest can
/// be read, and neither what RocksDB keeps to find its files, nor anything that it would do at an
/// opening, is needed. Files that RocksDB no longer uses are read, too; they hold nothing else, for
/// a row of these is never overwritten but for a few of those about the ledger (keys.h).
///
/// Holds the lock of the database, so that no daemon runs meanwhile; changes nothing. For one
/// thread.
class Salvage {
 public:
  /// Runs work in a process of its own and gives its exit code; nullopt if it died.
  using Apart = std::function<std::optional<int>(const std::function<int()>&)>;

  /// A Failure if there is no ledger, or it is in use, or is of a later version of the program.
  static Result<std::unique_ptr<Salvage>> open(const std::string& directory, const Apart& apart);
  ~Salvage();

  /// A file that cannot be read as it was written.
  struct Fault {
    std::string what;           ///< names it
    bool of_snapshots = false;  ///< it holds nothing else
    bool of_log = false;        ///< a write-ahead log: what was written last may be in there
  };
  const std::vector<Fault>& faults() const;

  std::optional<Ulid> ledger_id() const;
  /// A Failure names what cannot be read, or says that there is no such row.
  Result<SalvagedRow> entry(std::uint64_t index);
  Result<SalvagedRow> payload(JobId job);
  /// Of `meta`, also behind damage: they are signed, or as good as their use.
  std::optional<std::string> meta_row(std::string_view key);
  std::vector<std::pair<std::string, std::string>> meta_rows(std::string_view prefix);
  /// All that there is under the key, the newest first; a checkpoint is overwritten by the next.
  std::vector<std::string> meta_versions(std::string_view key);

  /// The hash of a leaf in the stored tree, unless it stands behind damage.
  std::optional<std::string> leaf(std::uint64_t index);
  /// How many leaves the stored tree has, as far as it can be read.
  std::uint64_t leaves();
  /// The index behind the last entry that can be read, wherever it stands.
  std::uint64_t entries_end() const;

  /// Bytes of all files of the database.
  std::uint64_t bytes() const;

 private:
  struct Impl;
  explicit Salvage(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace jobledger::ledger
