#include <rocksdb/cache.h>
#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "ledger/backup_files.h"
#include "ledger/durable_file.h"
#include "ledger/new_directory.h"
#include "ledger/store_detail.h"
#include "ledger/swap.h"
#include "ledger/wal_end.h"

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

namespace jobledger::ledger {
namespace {

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
  options.manifest_preallocation_size = 64 << 10;  // of what may be the last of a full disk
  options.max_bgerror_resume_count = 0;            // see TroubleListener
  return options;
}

constexpr int kReadOnlyTries = 20;
constexpr int kDoubtTries = 6;  ///< of them, before damage is taken for what it is
constexpr std::chrono::milliseconds kReadOnlyPause{25};

/// Tells the store of what goes wrong, in the background too, and lets RocksDB try nothing of the
/// log again by itself: whether to go on, and how, is the store's to say.
class TroubleListener final : public rocksdb::EventListener {
 public:
  explicit TroubleListener(std::function<void(const rocksdb::Status&)> note)
      : note_(std::move(note)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    if (!is_put_off(reason, *error)) note_(*error);
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* recovers) override {
    *recovers = is_put_off(reason, error);
  }

 private:
  /// Tables that have no room to be merged stay as they are, and RocksDB tries again when there is.
  static bool is_put_off(rocksdb::BackgroundErrorReason reason, const rocksdb::Status& error) {
    return reason == rocksdb::BackgroundErrorReason::kCompaction && error.IsNoSpace();
  }

  std::function<void(const rocksdb::Status&)> note_;
};

bool is_file_gone(const rocksdb::Status& status) {
  return status.IsPathNotFound() || status.IsNotFound() ||
         (!status.ok() && status.ToString().find("No such file") != std::string::npos);
}

/// Beside a daemon that writes, a file may go between its being listed and its being opened, and a
/// record be read of which only a part is written.
bool may_pass(const rocksdb::Status& status, int tried) {
  bool is_of_log = status.IsCorruption() && status.ToString().find(kWalDoubt) != std::string::npos;
  return tried < kReadOnlyTries && (is_file_gone(status) || (tried < kDoubtTries && is_of_log));
}

/// Whether there are tables or logs. A new database over them would take them for rests, and erase
/// them; where one was being made there are none yet.
bool holds_files(const std::string& path) {
  std::error_code error;
  for (const auto& each : std::filesystem::directory_iterator(path, error)) {
    const std::string extension = each.path().extension();
    if (extension == ".sst" || (extension == ".log" && each.file_size(error) > 0)) return true;
  }
  return false;
}

/// Makes the directory, and those above it that are missing, so that a crash does not take them.
Status make_directories(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path path = fs::absolute(directory, error); !error && !fs::exists(path, error);) {
    missing.push_back(path);
    path = path.parent_path();
  }
  if (!error) fs::create_directories(directory, error);
  if (error) return Failure{"cannot make the directory " + directory + ": " + error.message()};
  for (const fs::path& path : missing) {
    Status synced = sync_directory(path.parent_path().string());
    if (!synced) return synced;
  }
  return ok();
}

Failure later_version(const std::string& what) {
  return {
      "a later version of jobledger wrote this ledger: it has rows of a kind that this version "
      "does not know (" +
      what + "). It is not damaged; use that version"};
}

}  // namespace

Status Store::Impl::open(const std::string& path) {
  env = options.in_memory
            ? std::unique_ptr<rocksdb::Env>(rocksdb::NewMemEnv(rocksdb::Env::Default()))
            : env_with_log_files(options.files);
  Status opened = open_database(path, Open::as_wanted);
  if (opened && !options.read_only) opened = sync_directory_of(path);
  return opened ? check_identity() : opened;
}

/// What RocksDB says of a log names no file.
Failure Store::Impl::does_not_open(const std::string& path, const rocksdb::Status& status) const {
  Failure why = failure("the database at " + path + " does not open", status);
  std::string log = status.IsCorruption() && !options.files ? find_damaged_log(path) : "";
  if (!log.empty() && why.message.find(log) == std::string::npos) why.message += "; " + log;
  if (status.IsCorruption()) why.message += "; `jobledger repair` says what of it is whole";
  return why;
}

Status Store::Impl::check_families(const std::string& path) const {
  rocksdb::DBOptions settings;
  settings.env = env.get();
  std::vector<std::string> names;
  // Beside a daemon the file that lists them may go meanwhile: who opened it, read it.
  if (!rocksdb::DB::ListColumnFamilies(settings, path, &names).ok()) return ok();
  for (const std::string& name : names) {
    bool known = std::find(kFamilyNames.begin(), kFamilyNames.end(), name) != kFamilyNames.end();
    if (!known) return later_version(name);
  }
  return ok();
}

/// RocksDB syncs what is in its directory, but not its name in the one above.
Status Store::Impl::sync_directory_of(const std::string& path) {
  const std::string above = path.substr(0, path.rfind('/') + 1);
  std::unique_ptr<rocksdb::FSDirectory> directory;
  rocksdb::IOStatus status =
      env->GetFileSystem()->NewDirectory(above, rocksdb::IOOptions(), &directory, nullptr);
  if (status.ok()) status = directory->Fsync(rocksdb::IOOptions(), nullptr);
  return status.ok() ? ok() : Status(failure("the directory " + above + " is not synced", status));
}

Status Store::Impl::open_database(const std::string& path, Open how) {
  const bool read_only = options.read_only || how == Open::to_read;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : kFamilyNames) descriptors.emplace_back(name, family_options());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  rocksdb::DBOptions settings = database_options(options, env.get());
  if (how != Open::as_wanted) {
    settings.create_if_missing = settings.create_missing_column_families = false;
  }
  if (!statistics && !read_only) {
    statistics = rocksdb::CreateDBStatistics();
    statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  }
  settings.statistics = statistics;
  settings.listeners.push_back(
      std::make_shared<TroubleListener>([this](const auto& status) { note_trouble(status); }));
  auto open_once = [&] {
    return read_only ? rocksdb::DB::OpenForReadOnly(settings, path, descriptors, &handles, &opened)
                     : rocksdb::DB::Open(settings, path, descriptors, &handles, &opened);
  };
  rocksdb::Status status = open_once();
  for (int tried = 1; options.read_only && may_pass(status, tried); ++tried) {
    std::this_thread::sleep_for(kReadOnlyPause);
    status = open_once();
  }
  if (!status.ok()) note_failed_write(status);
  if (status.IsIOError() && status.ToString().find("/LOCK") != std::string::npos) {
    return Failure{
        "the data directory is in use by another process: stop that daemon, or talk "
        "to it with --url"};
  }
  // Every column family has to be named to open the database: one that this program has no name for
  // is none of its own. For reading it need not be.
  if (!status.ok() && status.IsInvalidArgument() &&
      status.ToString().find("not opened") != std::string::npos) {
    return later_version(status.ToString());
  }
  if (!status.ok()) return does_not_open(path, status);
  db.reset(opened);
  std::copy(handles.begin(), handles.end(), families.begin());
  return read_only ? check_families(path) : ok();
}

void Store::Impl::close() {
  // Its end flushes what is in no log, which are rows of a snapshot that is not sealed. Where a
  // flush has failed that held a range of erased rows, the next one ends the program by an
  // assertion.
  if (db && condition != StoreCondition::writable) {
    db->SetDBOptions({{"avoid_flush_during_shutdown", "true"}}).PermitUncheckedError();
  }
  for (rocksdb::ColumnFamilyHandle*& family : families) {
    if (family) db->DestroyColumnFamilyHandle(std::exchange(family, nullptr));
  }
  db.reset();
}

Status Store::Impl::check_identity() {
  std::string row;
  rocksdb::Status status = get(kMeta, "format", &row);
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
  if (*format != kStoreFormat) {
    return Failure{"this ledger has the format " + *format + ", and this program reads only " +
                   std::string(kStoreFormat) + ": use the version of the program that wrote it"};
  }
  std::optional<Ulid> id = Ulid::parse(get(kMeta, "ledger").value_or(""));
  if (!id) return Failure{"the database holds no id of its ledger: it is damaged"};
  ledger_id = *id;
  return ok();
}

bool Store::Impl::holds_entries() const {
  auto it = iterate(kEntries);
  it->SeekToFirst();
  return it->Valid() || !it->status().ok();
}

Status Store::Impl::make_identity() {
  RandomIds ids;
  SystemClock clock;
  ledger_id = ids.next_ulid(clock.now());
  rocksdb::WriteBatch batch;
  batch.Put(families[kMeta], "format", slice(kStoreFormat));
  batch.Put(families[kMeta], "ledger", ledger_id.text());
  rocksdb::WriteOptions write;
  write.sync = true;
  rocksdb::Status status = db->Write(write, &batch);
  return status.ok() ? ok() : Status(failure("the new ledger cannot be written", status));
}

Result<std::unique_ptr<Store>> Store::open(const std::string& directory,
                                           const StoreOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  if (std::string why = NewDirectory::unfinished(directory); !why.empty()) return Failure{why};
  if (!Swap::begun(directory).empty()) {
    return Failure{"a repair of " + directory +
                   " was interrupted while the new database took its place: run `jobledger repair "
                   "--data-dir " +
                   directory + "`, which ends it"};
  }
  bool makes = options.create && !options.read_only;
  bool on_disk = !options.in_memory && !options.files;
  bool exists = !on_disk || std::filesystem::exists(directory + "/db/CURRENT");
  if (!exists && holds_files(directory + "/db")) {
    return Failure{"the database at " + directory +
                   "/db has files, and none that names them (CURRENT): see `jobledger repair`"};
  }
  if (!exists && !makes) return Failure{"there is no ledger in " + directory};
  if (!options.read_only && on_disk && std::filesystem::exists(directory + '/' + kBackupRecord)) {
    return Failure{directory +
                   " is a backup, which nothing is to change: restore it into another "
                   "directory with `jobledger restore --from " +
                   directory + " --into DIR`"};
  }
  if (makes && on_disk) {
    Status made = make_directories(directory);
    if (!made) return made.error();
  }
  Status opened = impl->open(directory + "/db");
  if (!opened) return opened.error();
  if (!options.read_only && on_disk) {
    // The key that the ledger signs with is in there, and the secrets of payloads.
    std::error_code error;
    std::filesystem::permissions(directory + "/db", std::filesystem::perms::owner_all, error);
    if (error) return Failure{"cannot close " + directory + "/db to others: " + error.message()};
  }
  return std::unique_ptr<Store>(new Store(directory, std::move(impl)));
}

}  // namespace jobledger::ledger
