#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/ids.h"
#include "ledger/result.h"

namespace rocksdb {
class FileSystem;
}

namespace jobledger::ledger {

class Store;
struct StoreStats;

/// The rows of one group of entries, to be written at once or not at all.
class StoreBatch {
 public:
  explicit StoreBatch(Store& store);
  ~StoreBatch();
  StoreBatch(StoreBatch&&) noexcept;
  StoreBatch& operator=(StoreBatch&&) noexcept;

  void put_entry(std::uint64_t index, std::string_view bytes);
  void put_payload(JobId job, std::string_view row);
  void put_tree(std::string_view key, std::string_view row);
  bool empty() const;
  std::size_t bytes() const;  ///< of all its rows, roughly

 private:
  friend class Store;
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

struct StoreOptions {
  bool create = true;      ///< make the directory and its database if there is none
  bool read_only = false;  ///< beside a running daemon, too: sees what was there at opening
  bool in_memory = false;  ///< nothing on disk, gone with the store: for tests
  /// Instead of the machine's own: for tests. Outlives the store.
  std::shared_ptr<rocksdb::FileSystem> files = nullptr;
};

/// Whether a store takes writes.
enum class StoreCondition {
  writable,
  full,   ///< the disk has no room: it only reads until it is opened again
  failed  ///< what the last write did is unknown, or the database is damaged: it takes no more
};

/// The database in a data directory. Families, keys and values are described in store_open.cpp.
/// Reads are safe from any thread; `write` and `reopen` belong to one, with no cursor in use at the
/// latter, and no batch being filled.
class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::string& directory,
                                             const StoreOptions& options);
  ~Store();

  /// One synced write. After a Failure the outcome is unknown and the store takes no more, unless
  /// it is full and opened again.
  Status write(StoreBatch& batch);

  /// Also tells of what happens to the files in the background. Any thread.
  StoreCondition condition() const;
  /// Opens the database of a full store again, if the disk has room for what is only in its log and
  /// for `bytes` more: what was written then is either there or not. Reads wait meanwhile, and
  /// go on afterwards whatever comes of it, unless the store has failed.
  Status reopen(std::size_t bytes);

  /// How many entries there are: the index of the last one plus one.
  Result<std::uint64_t> entry_count() const;
  Result<std::string> entry(std::uint64_t index) const;
  /// The index of the first entry at or after `first`; nullopt if none can be read.
  std::optional<std::uint64_t> next_entry(std::uint64_t first) const;

  /// The job's body as it was created with; a Failure if there is none.
  Result<std::string> payload(JobId job) const;
  /// Names the ledger: another directory is another ledger.
  Ulid ledger_id() const;
  std::optional<std::string> tree_row(std::string_view key) const;
  /// The last row of the tree with a key in [first, last].
  std::optional<std::pair<std::string, std::string>> tree_floor(std::string_view first,
                                                                std::string_view last) const;
  /// Calls `visit` for each row of the tree from the key `first` on, in the order of keys, until
  /// it returns false.
  Status scan_tree(std::string_view first,
                   const std::function<bool(std::string_view, std::string_view)>& visit) const;

  /// Rows about the ledger itself (see keys.h), apart from the log.
  std::optional<std::string> meta_row(std::string_view key) const;
  /// Those with keys that begin so, in the order of keys.
  using Rows = std::vector<std::pair<std::string, std::string>>;
  Result<Rows> meta_rows(std::string_view prefix) const;
  /// All of them at once, synced: nothing may be in the write-ahead log that is not (wal_end.h).
  Status put_meta_rows(const Rows& rows);

  // Snapshots: rows apart from the log; lost ones cost time, never truth. One is written at a time.
  void begin_snapshot();
  Status put_snapshot_row(std::string_view key, std::string_view row);
  /// Makes the rows put so far durable, then the head row, which names them.
  Status seal_snapshot(std::string_view head_key, std::string_view head_row);
  std::optional<std::string> snapshot_row(std::string_view key) const;
  /// Those with keys in [first, last); some may be there again after a crash.
  Status erase_snapshot_rows(std::string_view first, std::string_view last);
  /// Calls `visit` for each key that begins so, in the order of keys.
  Status scan_snapshot_keys(std::string_view prefix,
                            const std::function<void(std::string_view)>& visit) const;

  /// The names, in `DIR/db`, of the files of rows that the database knows of; others of their kind
  /// were left over, or are being written.
  std::vector<std::string> table_names() const;

  /// See store_stats.h; costs as much as a few reads.
  StoreStats stats() const;

  const std::string& directory() const { return directory_; }

 private:
  friend class EntryCursor;
  friend class PayloadCursor;
  friend class StoreBatch;
  struct Impl;
  Store(std::string directory, std::unique_ptr<Impl> impl);
  std::string db_path() const { return directory_ + "/db"; }
  std::string directory_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jobledger::ledger
