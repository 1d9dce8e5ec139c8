#pragma once

// What the files of the store share. Only they know RocksDB.

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/store.h"

namespace jobledger::ledger {

enum Family { kMeta, kEntries, kPayloads, kTree, kSnapshots, kFamilies };

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

struct Store::Impl {
  std::unique_ptr<rocksdb::Env> env;  ///< outlives the database
  std::unique_ptr<rocksdb::DB> db;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families{};
  Ulid ledger_id;
  std::atomic<bool> failed = false;

  /// Opens the database at that path, or makes it, and reads or makes its identity.
  Status open(const std::string& path, const StoreOptions& options);

  ~Impl() {
    for (rocksdb::ColumnFamilyHandle* family : families) {
      if (family) db->DestroyColumnFamilyHandle(family);
    }
  }

  std::optional<std::string> get(Family family, std::string_view key) const {
    std::string row;
    rocksdb::Status status = db->Get({}, families[family], slice(key), &row);
    if (!status.ok()) return std::nullopt;
    return row;
  }

  std::unique_ptr<rocksdb::Iterator> iterate(Family family, std::size_t readahead = 0) const {
    rocksdb::ReadOptions options;
    options.readahead_size = readahead;
    options.fill_cache = readahead == 0;
    return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(options, families[family]));
  }

 private:
  Status check_identity(const StoreOptions& options);
  bool holds_entries() const;
  Status make_identity();
};

}  // namespace jobledger::ledger
