#pragma once

// What the files of the store share. Only they know RocksDB.

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/statistics.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "ledger/store.h"

namespace jobledger::ledger {

inline constexpr std::string_view kStoreFormat = "1";

enum Family { kMeta, kEntries, kPayloads, kTree, kSnapshots, kFamilies };

/// A new database numbers its families in this order: in write-ahead logs they have numbers alone.
inline const std::array<std::string, kFamilies> kFamilyNames = {
    rocksdb::kDefaultColumnFamilyName, "entries", "payloads", "tree", "snapshots"};

inline rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

inline std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

inline Failure failure(std::string_view what, const rocksdb::Status& status) {
  return Failure{std::string(what) + ": " + status.ToString()};
}

/// The files of this machine, with write-ahead logs that are filled with zeros ahead of what is
/// written (zero_filler.h) and read up to where the last whole record ends (wal_end.h). If `files`
/// is not null those, with logs that are read so but not filled.
std::unique_ptr<rocksdb::Env> env_with_log_files(std::shared_ptr<rocksdb::FileSystem> files);

/// What is said of a write-ahead log with damage at that byte.
std::string damaged_log(const std::string& path, std::uint64_t at);
/// The same of the first log of a database that has any; empty if none has. RocksDB does not say.
std::string find_damaged_log(const std::string& path);

/// The file in which RocksDB tells of itself, as far as it can be written.
std::shared_ptr<rocksdb::Logger> open_info_log(const std::string& path);

struct Store::Impl {
  StoreOptions options;
  std::unique_ptr<rocksdb::Env> env;                ///< outlives the database
  std::shared_ptr<rocksdb::Statistics> statistics;  ///< of all times that it was opened
  std::unique_ptr<rocksdb::DB> db;                  ///< null if it could not be opened again
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families{};
  Ulid ledger_id;
  std::atomic<StoreCondition> condition = StoreCondition::writable;
  std::atomic<bool> lost_unsealed_rows = false;  ///< of a snapshot that was begun: are in no log
  mutable std::shared_mutex opening;             ///< shared by whoever uses the database

  explicit Impl(StoreOptions wanted) : options(std::move(wanted)) {}
  ~Impl() { close(); }

  /// Opens the database at that path, or makes it, and reads or makes its identity.
  Status open(const std::string& path);
  /// The same of one that is full; for reads alone if there is no room again.
  Status open_again(const std::string& path);
  void close();
  /// What a failed write means for the store.
  void note_failed_write(const rocksdb::Status& status);
  /// The same of what went wrong in the background.
  void note_trouble(const rocksdb::Status& status);
  /// Why there is no write; ok if there may be one. With `opening` held.
  Status may_write() const;
  /// The bytes of rows that are in the write-ahead log alone.
  std::uint64_t unflushed_bytes() const;

  rocksdb::Status get(Family family, std::string_view key, std::string* row) const;
  std::optional<std::string> get(Family family, std::string_view key) const;
  /// With `opening` held for as long as the iterator is there.
  std::unique_ptr<rocksdb::Iterator> iterate(Family family, std::size_t readahead = 0) const;

 private:
  enum class Open { as_wanted, again, to_read };
  Status open_database(const std::string& path, Open how);
  Status sync_directory_of(const std::string& path);
  Failure does_not_open(const std::string& path, const rocksdb::Status& status) const;
  /// Whether this program knows all that there are.
  Status check_families(const std::string& path) const;
  Status check_identity();
  bool holds_entries() const;
  Status make_identity();
};

}  // namespace jobledger::ledger
