#include <rocksdb/iterator.h>

#include <filesystem>
#include <mutex>

#include "ledger/store_detail.h"

// What a store does when the disk is full: the log may end in part of a record, and RocksDB takes
// no more writes. To open the database again is what tells how far it came (the start of a daemon
// does the same), and it needs room, as a start writes what was in the log alone into tables.

namespace jobledger::ledger {
namespace {

constexpr std::uint64_t kRoomForTheRest = 1 << 20;  ///< small files: manifest, options, log

bool has_room(const std::string& path, std::uint64_t bytes) {
  std::error_code error;
  auto space = std::filesystem::space(path, error);
  return error || space.available >= bytes;  // where nobody can tell, the writes will
}

}  // namespace

void Store::Impl::note(const rocksdb::Status& status) {
  const auto found = status.IsNoSpace() ? StoreCondition::full : StoreCondition::failed;
  auto known = condition.load();
  while (known != StoreCondition::failed && !condition.compare_exchange_weak(known, found)) {
  }
}

Status Store::Impl::may_write() const {
  switch (condition.load()) {
    case StoreCondition::writable:
      return ok();
    case StoreCondition::full:
      return Failure{"the disk is full: the store takes no writes until there is room"};
    case StoreCondition::failed:
      return Failure{"the store failed before and takes no more writes"};
  }
  JL_ASSERT(false);
}

rocksdb::Status Store::Impl::get(Family family, std::string_view key, std::string* row) const {
  if (!db) return rocksdb::Status::Aborted("the database is closed");
  return db->Get({}, families[family], slice(key), row);
}

std::optional<std::string> Store::Impl::get(Family family, std::string_view key) const {
  std::string row;
  if (!get(family, key, &row).ok()) return std::nullopt;
  return row;
}

std::unique_ptr<rocksdb::Iterator> Store::Impl::iterate(Family family,
                                                        std::size_t readahead) const {
  rocksdb::ReadOptions read;
  read.readahead_size = readahead;
  read.fill_cache = readahead == 0;
  return std::unique_ptr<rocksdb::Iterator>(
      db ? db->NewIterator(read, families[family])
         : rocksdb::NewErrorIterator(rocksdb::Status::Aborted("the database is closed")));
}

std::uint64_t Store::Impl::unflushed_bytes() const {
  std::uint64_t bytes = 0;
  if (db) db->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &bytes);
  return bytes;
}

StoreCondition Store::condition() const {
  return impl_->condition;
}

Status Store::reopen(std::size_t bytes) {
  JL_ASSERT(impl_->condition != StoreCondition::writable);
  if (impl_->condition == StoreCondition::failed) return impl_->may_write();
  {
    std::shared_lock open(impl_->opening);
    const std::uint64_t wanted = impl_->unflushed_bytes() + bytes + kRoomForTheRest;
    const bool on_disk = !impl_->options.in_memory && !impl_->options.files;
    if (on_disk && !has_room(directory_, wanted)) {
      return Failure{"the disk is full: " + std::to_string(wanted) + " bytes must be free"};
    }
  }
  std::unique_lock alone(impl_->opening);
  return impl_->open_again(db_path());
}

Status Store::Impl::open_again(const std::string& path) {
  close();
  if (has_unsealed_rows) lost_unsealed_rows = true;
  condition = StoreCondition::writable;
  Status opened = open_database(path, false);
  if (opened) return opened;
  if (condition != StoreCondition::full) return opened;
  // To read takes no room.
  Status readable = open_database(path, true);
  return readable ? opened : readable;
}

}  // namespace jobledger::ledger
