#include "ledger/store.h"

// The database of a data directory, `DIR/db`, has these families; ledger/keys.h has the keys.
//
//   entries    index -> the bytes of the entry, as hashed. Never overwritten, never deleted.
//   payloads   id of a job -> its body, or where it lies in the body of its root (payload.h)
//   tree       tiles and runs of hashes (hash_tree.h)
//   snapshots  projections as of a version (projections/snapshots.h); can be lost
//   default    `format`: the number below; `ledger`: the id of this ledger; `checkpoint` and
//              `cosigned`: the last signed notes (checkpoint.h); `signing-key/`, number -> the seed
//              and the name of a key (signing_keys.h); `handover/`, index of a rotation -> a note
//              of the old key of a tree with that entry
//
// The rows of a group go in one write batch with one sync, so an entry is there with its payloads
// and its leaf, or not at all.

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "ledger/assert.h"
#include "ledger/keys.h"
#include "ledger/new_directory.h"

namespace jobledger::ledger {
namespace {

constexpr std::string_view kFormat = "1";

enum Family { kMeta, kEntries, kPayloads, kTree, kSnapshots, kFamilies };
const std::array<std::string, kFamilies> kFamilyNames = {
    rocksdb::kDefaultColumnFamilyName, "entries", "payloads", "tree", "snapshots"};

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

Failure failure(std::string_view what, const rocksdb::Status& status) {
  return Failure{std::string(what) + ": " + status.ToString()};
}

rocksdb::ColumnFamilyOptions family_options() {
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  table.block_cache = rocksdb::NewLRUCache(64 << 20);
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 64 << 20;
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions database_options(const StoreOptions& wanted, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = wanted.create && !wanted.read_only;
  options.create_missing_column_families = options.create_if_missing;
  options.paranoid_checks = true;
  // The default mode drops acknowledged writes without a word after damage in the middle.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_total_wal_size = 256 << 20;
  options.max_background_jobs = 2;
  options.keep_log_file_num = 4;
  return options;
}

constexpr int kReadOnlyTries = 20;
constexpr std::chrono::milliseconds kReadOnlyPause{25};

bool is_file_gone(const rocksdb::Status& status) {
  return status.IsPathNotFound() || status.IsNotFound() ||
         (!status.ok() && status.ToString().find("No such file") != std::string::npos);
}

}  // namespace

struct Store::Impl {
  std::unique_ptr<rocksdb::Env> env;  ///< of a store in memory; outlives the database
  std::unique_ptr<rocksdb::DB> db;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families{};
  Ulid ledger_id;
  std::atomic<bool> failed = false;

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

  Status open(const std::string& path, const StoreOptions& options) {
    if (options.in_memory) env.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const std::string& name : kFamilyNames) descriptors.emplace_back(name, family_options());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    rocksdb::DBOptions settings =
        database_options(options, env ? env.get() : rocksdb::Env::Default());
    auto open_once = [&] {
      return options.read_only
                 ? rocksdb::DB::OpenForReadOnly(settings, path, descriptors, &handles, &opened)
                 : rocksdb::DB::Open(settings, path, descriptors, &handles, &opened);
    };
    rocksdb::Status status = open_once();
    // Beside a daemon that writes, a file may go between its being listed and its being opened.
    for (int i = 1; i < kReadOnlyTries && options.read_only && is_file_gone(status); ++i) {
      std::this_thread::sleep_for(kReadOnlyPause);
      status = open_once();
    }
    if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
      return Failure{
          "the data directory is in use by another process: stop that daemon, or talk "
          "to it with --url"};
    }
    if (!status.ok()) return failure("the database at " + path + " does not open", status);
    db.reset(opened);
    std::copy(handles.begin(), handles.end(), families.begin());
    return check_identity(options);
  }

  Status check_identity(const StoreOptions& options) {
    std::string row;
    rocksdb::Status status = db->Get({}, families[kMeta], "format", &row);
    if (!status.ok() && !status.IsNotFound()) {
      return failure("the format of the ledger cannot be read", status);
    }
    std::optional<std::string> format;
    if (status.ok()) format = row;
    if (!format && options.read_only) return Failure{"there is no ledger in this directory"};
    if (!format && holds_entries()) {
      return Failure{"the database holds entries but not their format: it is damaged"};
    }
    if (!format) return make_identity();
    if (*format != kFormat) {
      return Failure{"this ledger has the format " + *format + ", and this program reads only " +
                     std::string(kFormat) + ": use the version of the program that wrote it"};
    }
    std::optional<Ulid> id = Ulid::parse(get(kMeta, "ledger").value_or(""));
    if (!id) return Failure{"the database holds no id of its ledger: it is damaged"};
    ledger_id = *id;
    return ok();
  }

  bool holds_entries() const {
    auto it = iterate(kEntries);
    it->SeekToFirst();
    return it->Valid() || !it->status().ok();
  }

  Status make_identity() {
    RandomIds ids;
    SystemClock clock;
    ledger_id = ids.next_ulid(clock.now());
    rocksdb::WriteBatch batch;
    batch.Put(families[kMeta], "format", slice(kFormat));
    batch.Put(families[kMeta], "ledger", ledger_id.text());
    rocksdb::WriteOptions write;
    write.sync = true;
    rocksdb::Status status = db->Write(write, &batch);
    return status.ok() ? ok() : Status(failure("the new ledger cannot be written", status));
  }
};

struct StoreBatch::Rows {
  explicit Rows(Store::Impl& to) : store(to), batch(0, 0, 8, 0) {}  // 8: protection bytes a key

  void put(Family family, std::string_view key, std::string_view row) {
    rocksdb::Status status = batch.Put(store.families[family], slice(key), slice(row));
    JL_ASSERT(status.ok());
  }

  Store::Impl& store;
  rocksdb::WriteBatch batch;
};

StoreBatch::StoreBatch(Store& store) : rows_(std::make_unique<Rows>(*store.impl_)) {}
StoreBatch::~StoreBatch() = default;
StoreBatch::StoreBatch(StoreBatch&&) noexcept = default;
StoreBatch& StoreBatch::operator=(StoreBatch&&) noexcept = default;

void StoreBatch::put_entry(std::uint64_t index, std::string_view bytes) {
  rows_->put(kEntries, keys::entry(index), bytes);
}
void StoreBatch::put_payload(JobId job, std::string_view row) {
  rows_->put(kPayloads, keys::payload(job), row);
}
void StoreBatch::put_tree(std::string_view key, std::string_view row) {
  rows_->put(kTree, key, row);
}
bool StoreBatch::empty() const {
  return rows_->batch.Count() == 0;
}
std::size_t StoreBatch::bytes() const {
  return rows_->batch.GetDataSize();
}

Store::Store(std::string directory, std::unique_ptr<Impl> impl)
    : directory_(std::move(directory)), impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& directory,
                                           const StoreOptions& options) {
  auto impl = std::make_unique<Impl>();
  if (std::string why = NewDirectory::unfinished(directory); !why.empty()) return Failure{why};
  bool makes = options.create && !options.read_only;
  bool exists = options.in_memory || std::filesystem::exists(directory + "/db/CURRENT");
  if (!exists && !makes) return Failure{"there is no ledger in " + directory};
  if (makes && !options.in_memory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) return Failure{"cannot make the directory " + directory + ": " + error.message()};
  }
  Status opened = impl->open(directory + "/db", options);
  if (!opened) return opened.error();
  if (!options.read_only && !options.in_memory) {
    // The key that the ledger signs with is in there, and the secrets of payloads.
    std::error_code error;
    std::filesystem::permissions(directory + "/db", std::filesystem::perms::owner_all, error);
    if (error) return Failure{"cannot close " + directory + "/db to others: " + error.message()};
  }
  return std::unique_ptr<Store>(new Store(directory, std::move(impl)));
}

Status Store::write(StoreBatch& batch) {
  if (impl_->failed) return Failure{"the store failed before and takes no more writes"};
  rocksdb::WriteOptions options;
  options.sync = true;
  rocksdb::Status status = impl_->db->Write(options, &batch.rows_->batch);
  if (status.ok()) return ok();
  impl_->failed = true;
  return failure("a write to the log failed; whether it is on disk is unknown", status);
}

Ulid Store::ledger_id() const {
  return impl_->ledger_id;
}

Result<std::uint64_t> Store::entry_count() const {
  auto it = impl_->iterate(kEntries);
  it->SeekToLast();
  if (it->Valid()) return keys::read_number(view(it->key())) + 1;
  if (!it->status().ok()) return failure("the end of the log cannot be read", it->status());
  return std::uint64_t{0};
}

Result<std::string> Store::entry(std::uint64_t index) const {
  std::string bytes;
  rocksdb::Status status =
      impl_->db->Get({}, impl_->families[kEntries], keys::entry(index), &bytes);
  if (!status.ok()) return failure("entry " + std::to_string(index) + " cannot be read", status);
  return bytes;
}

Status Store::scan_entries(
    std::uint64_t first, const std::function<bool(std::uint64_t, std::string_view)>& visit) const {
  auto it = impl_->iterate(kEntries, 4 << 20);
  std::uint64_t next = first;
  for (it->Seek(keys::entry(first)); it->Valid(); it->Next(), ++next) {
    std::uint64_t index = keys::read_number(view(it->key()));
    if (index != next) {
      return Failure{"entry " + std::to_string(next) + " is missing from the log; the next is " +
                     std::to_string(index)};
    }
    if (!visit(index, view(it->value()))) return ok();
  }
  if (!it->status().ok()) {
    return failure("the log cannot be read at entry " + std::to_string(next), it->status());
  }
  return ok();
}

std::optional<std::uint64_t> Store::next_entry(std::uint64_t first) const {
  auto it = impl_->iterate(kEntries);
  it->Seek(keys::entry(first));
  if (!it->Valid()) return std::nullopt;
  return keys::read_number(view(it->key()));
}

Result<std::string> Store::payload(JobId job) const {
  std::string row;
  rocksdb::Status status = impl_->db->Get({}, impl_->families[kPayloads], keys::payload(job), &row);
  if (!status.ok()) return failure("the payload of job " + job.text() + " cannot be read", status);
  return row;
}

std::optional<std::string> Store::tree_row(std::string_view key) const {
  return impl_->get(kTree, key);
}

std::optional<std::pair<std::string, std::string>> Store::tree_floor(std::string_view first,
                                                                     std::string_view last) const {
  auto it = impl_->iterate(kTree);
  it->SeekForPrev(slice(last));
  if (!it->Valid() || view(it->key()) < first) return std::nullopt;
  return std::pair(it->key().ToString(), it->value().ToString());
}

Status Store::scan_tree(
    std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
  auto it = impl_->iterate(kTree, 1 << 20);
  for (it->Seek(slice(first)); it->Valid(); it->Next()) {
    if (!visit(view(it->key()), view(it->value()))) break;
  }
  return it->status().ok() ? ok() : Status(failure("the hash tree cannot be read", it->status()));
}

std::optional<std::string> Store::meta_row(std::string_view key) const {
  return impl_->get(kMeta, key);
}

Result<Store::Rows> Store::meta_rows(std::string_view prefix) const {
  Rows rows;
  auto it = impl_->iterate(kMeta);
  for (it->Seek(slice(prefix)); it->Valid() && view(it->key()).starts_with(prefix); it->Next()) {
    rows.emplace_back(it->key().ToString(), it->value().ToString());
  }
  if (!it->status().ok()) return failure("rows about the ledger cannot be read", it->status());
  return rows;
}

Status Store::put_meta_rows(const Rows& rows, bool synced) {
  if (impl_->failed) return Failure{"the store failed before and takes no more writes"};
  rocksdb::WriteBatch batch;
  for (const auto& [key, row] : rows) batch.Put(impl_->families[kMeta], slice(key), slice(row));
  rocksdb::WriteOptions options;
  options.sync = synced;
  rocksdb::Status status = impl_->db->Write(options, &batch);
  return status.ok() ? ok() : Status(failure("a row about the ledger cannot be written", status));
}

Status Store::put_snapshot_row(std::string_view key, std::string_view row) {
  // Not in the write-ahead log: it is large and can be lost, and must not slow the entries' syncs.
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::Status status =
      impl_->db->Put(options, impl_->families[kSnapshots], slice(key), slice(row));
  return status.ok() ? ok() : Status(failure("a snapshot row cannot be written", status));
}

Status Store::seal_snapshot(std::string_view head_key, std::string_view head_row) {
  rocksdb::Status status = impl_->db->Flush({}, impl_->families[kSnapshots]);
  if (!status.ok()) return failure("a snapshot cannot be made durable", status);
  rocksdb::WriteOptions options;
  options.sync = true;
  status = impl_->db->Put(options, impl_->families[kSnapshots], slice(head_key), slice(head_row));
  return status.ok() ? ok() : Status(failure("a snapshot cannot be sealed", status));
}

std::optional<std::string> Store::snapshot_row(std::string_view key) const {
  return impl_->get(kSnapshots, key);
}

Status Store::erase_snapshot_row(std::string_view key) {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::Status status = impl_->db->Delete(options, impl_->families[kSnapshots], slice(key));
  return status.ok() ? ok() : Status(failure("an old snapshot row cannot be erased", status));
}

Status Store::scan_snapshot_keys(const std::function<void(std::string_view)>& visit) const {
  auto it = impl_->iterate(kSnapshots, 1 << 20);
  for (it->SeekToFirst(); it->Valid(); it->Next()) visit(view(it->key()));
  return it->status().ok() ? ok() : Status(failure("snapshots cannot be read", it->status()));
}

}  // namespace jobledger::ledger
