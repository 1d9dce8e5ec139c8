#include <rocksdb/iterator.h>

#include <filesystem>
#include <mutex>

#include "ledger/store_detail.h"

// What a store does when the disk is full: the log may end in part of a record, and RocksDB takes
// no more writes. To open the database again is what tells how far it came (the start of a daemon
// does the same), and it needs room, as a start writes what was in the log alone into tables.

namespace jobledger::ledger {
namespace {

constexpr std::uint64_t kRoomForTheRest = 8 << 20;  ///< small files: manifests, options, logs

bool has_room(const std::string& path, std::uint64_t bytes) {
  std::error_code error;
  auto space = std::filesystem::space(path, error);
  return error || space.available >= bytes;  // where nobody can tell, the writes will
}

}  // namespace

void Store::Impl::note_failed_write(const rocksdb::Status& status) {
  // Incomplete is what did not begin: the tables must be put in order first, and have no room.
  const bool is_full = status.IsNoSpace() || status.IsIncomplete();
  const auto found = is_full ? StoreCondition::full : StoreCondition::failed;
  auto known = condition.load();
  while (known != StoreCondition::failed && !condition.compare_exchange_weak(known, found)) {
  }
}

void Store::Impl::note_trouble(const rocksdb::Status& status) {
  // Where the disk is full one error follows from the other; opening it again ends them all.
  auto known = StoreCondition::writable;
  condition.compare_exchange_strong(
      known, status.IsNoSpace() ? StoreCondition::full : StoreCondition::failed);
}

Status Store::Impl::may_write() const {
  switch (condition.load()) {
    case StoreCondition::writable:
      return db ? ok() : Status(Failure{"the database is closed"});
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
  {
    std::shared_lock open(impl_->opening);
    const std::uint64_t wanted = impl_->unflushed_bytes() + bytes + kRoomForTheRest;
    const bool on_disk = !impl_->options.in_memory && !impl_->options.files;
    if (on_disk && !has_room(directory_, wanted)) {
      return Failure{"the disk is full: " + std::to_string(wanted) + " bytes must be free"};
    }
  }
  std::unique_lock alone(impl_->opening);
  if (impl_->condition == StoreCondition::failed) return impl_->may_write();
  return impl_->open_again(db_path());
}

Status Store::Impl::open_again(const std::string& path) {
  close();
  lost_unsealed_rows = true;
  condition = StoreCondition::writable;
  Status opened = open_database(path, Open::again);
  if (!opened) {
    // To read takes no room.
    Status readable = open_database(path, Open::to_read);
    return readable ? opened : readable;
  }
  if (get(kMeta, "ledger") == ledger_id.text()) return opened;
  condition = StoreCondition::failed;
  return Failure{"at " + path + " there is another ledger than before"};
}

}  // namespace jobledger::ledger
