#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "ledger/keys.h"
#include "ledger/new_directory.h"
#include "ledger/salvage.h"
#include "ledger/store_detail.h"
#include "ledger/store_table.h"
#include "ledger/wal_bytes.h"
#include "ledger/wal_end.h"

namespace jobledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashSize = 32;
constexpr std::size_t kRecordHead = 12;  ///< of a write batch: sequence number and count

using LogRows = std::map<std::string, SalvagedRow, std::less<>>;

/// Takes what a write batch puts, by family.
class BatchRows final : public rocksdb::WriteBatch::Handler {
 public:
  BatchRows(std::array<LogRows, kFamilies>& rows, bool behind_damage)
      : rows_(rows), behind_damage_(behind_damage) {}

  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    if (family >= kFamilies) {
      unknown_family = true;
    } else if (family != kSnapshots) {
      SalvagedRow row{value.ToString(), behind_damage_};
      // What stands before the damage is better than what may be made up.
      if (behind_damage_) {
        rows_[family].try_emplace(key.ToString(), std::move(row));
      } else {
        rows_[family][key.ToString()] = std::move(row);
      }
    }
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override { return {}; }
  rocksdb::Status SingleDeleteCF(std::uint32_t, const rocksdb::Slice&) override { return {}; }
  rocksdb::Status DeleteRangeCF(std::uint32_t, const rocksdb::Slice&,
                                const rocksdb::Slice&) override {
    return {};
  }

  bool unknown_family = false;

 private:
  std::array<LogRows, kFamilies>& rows_;
  const bool behind_damage_;
};

std::string contents(const fs::path& path, bool& whole) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  whole = static_cast<bool>(file) || file.eof();
  return bytes;
}

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

Failure later_version() {
  return {
      "a later version of jobledger wrote this ledger: it has rows of a kind that this version "
      "does not know. It is not damaged; use that version"};
}

}  // namespace

struct Salvage::Impl {
  std::string db;
  rocksdb::FileLock* lock = nullptr;
  std::vector<Fault> faults;
  std::vector<StoreTable> tables;  ///< the newest first
  std::array<LogRows, kFamilies> rows;
  bool unknown_family = false;
  std::string leaves_at_hand;  ///< of one run
  std::uint64_t first_leaf = 0;

  ~Impl() {
    if (lock) rocksdb::Env::Default()->UnlockFile(lock).PermitUncheckedError();
  }

  Status lock_database() {
    rocksdb::Status locked = rocksdb::Env::Default()->LockFile(db + "/LOCK", &lock);
    if (locked.ok()) return ok();
    return Failure{"the data directory is in use by another process: stop that daemon first (" +
                   locked.ToString() + ")"};
  }

  std::vector<fs::path> files(std::string_view extension) const {
    std::vector<fs::path> paths;
    std::error_code error;
    for (const auto& each : fs::directory_iterator(db, error)) {
      if (each.path().extension() == extension) paths.push_back(each.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  void read_tables(const Apart& apart) {
    for (const fs::path& path : files(".sst")) {
      auto probed = apart([&] { return StoreTable::open(path.string()).is_whole() ? 0 : 1; });
      if (!probed) {
        faults.push_back({"the table " + path.string() +
                          " is damaged in such a way that RocksDB ends when it reads it"});
        continue;
      }
      StoreTable table = StoreTable::open(path.string());
      if (table.family() == kFamilies && table.is_open()) unknown_family = true;
      if (*probed != 0 && !table.is_whole()) {
        faults.push_back({table.fault(), table.family() == kSnapshots, false});
      }
      if (table.is_open() && table.family() < kFamilies) tables.push_back(std::move(table));
    }
    std::reverse(tables.begin(), tables.end());
  }

  void read_logs() {
    std::vector<std::pair<fs::path, std::string>> logs;
    for (const fs::path& path : files(".log")) {
      bool whole = false;
      std::string bytes = contents(path, whole);
      if (!whole)
        faults.push_back({"the write-ahead log " + path.string() + " cannot be read", false, true});
      logs.emplace_back(path, std::move(bytes));
    }
    bool damaged = false;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      bool is_last = std::all_of(logs.begin() + static_cast<std::ptrdiff_t>(i) + 1, logs.end(),
                                 [](const auto& log) { return is_zero(log.second); });
      std::string& bytes = logs[i].second;
      auto end = wal_end(bytes, logs[i].first.string(), is_last);
      if (end) bytes.resize(*end);
      if (!end) {
        std::string what = end.error().message;
        faults.push_back({what.substr(0, what.rfind(':')), false, true});
      }
      auto at = read_log(WalBytes(std::move(bytes)), damaged);
      if (end && at) faults.push_back({damaged_log(logs[i].first.string(), *at), false, true});
      // What follows in the next log stands behind damage, too.
      damaged = damaged || !end || at;
    }
  }

  /// Gives where the log is damaged, if it is; `damaged` is what comes before it.
  std::optional<std::uint64_t> read_log(const WalBytes& log, bool damaged) {
    return log.each_record([&](std::string_view record, bool behind) {
      if (record.size() < kRecordHead) return;
      BatchRows taker(rows, damaged || behind);
      rocksdb::WriteBatch batch{std::string(record)};
      // What is no batch was made by nobody: its checksum is right.
      batch.Iterate(&taker).PermitUncheckedError();
      unknown_family = unknown_family || taker.unknown_family;
    });
  }

  Result<SalvagedRow> get(Family family, std::string_view key) {
    auto row = rows[family].find(key);
    if (row != rows[family].end() && !row->second.behind_damage) return row->second;
    std::string unreadable;
    for (StoreTable& table : tables) {
      if (table.family() != family) continue;
      std::string bytes;
      if (table.find(key, bytes)) return SalvagedRow{std::move(bytes), false};
      if (!table.status().empty()) unreadable = table.status();
    }
    if (row != rows[family].end()) return row->second;
    return Failure{unreadable.empty() ? "it is gone" : unreadable};
  }

  /// The run of leaves that may hold it.
  void load_leaf(std::uint64_t index) {
    leaves_at_hand.clear();
    std::string key;
    auto row = rows[kTree].upper_bound(keys::tree_run(0, index));
    while (row != rows[kTree].begin()) {
      --row;
      if (!row->first.starts_with(keys::tree_run(0, 0).substr(0, 2))) break;
      if (row->second.behind_damage) continue;
      key = row->first;
      leaves_at_hand = row->second.bytes;
      break;
    }
    for (StoreTable& table : tables) {
      if (table.family() != kTree) continue;
      auto found = table.floor(keys::tree_run(0, 0), keys::tree_run(0, index));
      if (found && found->first > key) {
        key = found->first;
        leaves_at_hand = std::move(found->second);
      }
    }
    first_leaf = key.empty() ? 0 : keys::index_of_tree_key(key);
  }
};

Salvage::Salvage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Salvage::~Salvage() = default;

Result<std::unique_ptr<Salvage>> Salvage::open(const std::string& directory, const Apart& apart) {
  auto impl = std::make_unique<Impl>();
  impl->db = directory + "/db";
  if (std::string why = NewDirectory::unfinished(directory); !why.empty()) return Failure{why};
  std::error_code error;
  if (!fs::is_directory(impl->db, error)) return Failure{"there is no ledger in " + directory};
  if (Status locked = impl->lock_database(); !locked) return locked.error();
  impl->read_tables(apart);
  impl->read_logs();
  if (impl->unknown_family) return later_version();
  std::unique_ptr<Salvage> salvage(new Salvage(std::move(impl)));
  auto format = salvage->meta_row("format");
  if (format && *format != kStoreFormat) {
    return Failure{"this ledger has the format " + *format + ", and this program knows only " +
                   std::string(kStoreFormat) + ": use the version of the program that wrote it"};
  }
  return salvage;
}

const std::vector<Salvage::Fault>& Salvage::faults() const {
  return impl_->faults;
}

std::optional<Ulid> Salvage::ledger_id() const {
  auto row = impl_->get(kMeta, "ledger");
  return row ? Ulid::parse(row->bytes) : std::nullopt;
}

Result<SalvagedRow> Salvage::entry(std::uint64_t index) {
  return impl_->get(kEntries, keys::entry(index));
}

Result<SalvagedRow> Salvage::payload(JobId job) {
  return impl_->get(kPayloads, keys::payload(job));
}

std::optional<std::string> Salvage::meta_row(std::string_view key) {
  auto row = impl_->get(kMeta, key);
  return row ? std::optional(std::move(row->bytes)) : std::nullopt;
}

std::vector<std::string> Salvage::meta_versions(std::string_view key) {
  std::vector<std::string> versions;
  auto row = impl_->rows[kMeta].find(key);
  if (row != impl_->rows[kMeta].end()) versions.push_back(row->second.bytes);
  for (StoreTable& table : impl_->tables) {
    std::string bytes;
    if (table.family() == kMeta && table.find(key, bytes)) versions.push_back(std::move(bytes));
  }
  return versions;
}

std::vector<std::pair<std::string, std::string>> Salvage::meta_rows(std::string_view prefix) {
  std::map<std::string, std::string> found;
  for (auto table = impl_->tables.rbegin(); table != impl_->tables.rend(); ++table) {
    if (table->family() != kMeta) continue;
    table->each(prefix,
                [&](std::string_view key, std::string_view row) { found[std::string(key)] = row; });
  }
  const LogRows& rows = impl_->rows[kMeta];
  for (auto row = rows.lower_bound(prefix); row != rows.end() && row->first.starts_with(prefix);
       ++row) {
    if (!row->second.behind_damage) found[row->first] = row->second.bytes;
  }
  return {found.begin(), found.end()};
}

std::optional<std::string> Salvage::leaf(std::uint64_t index) {
  Impl& impl = *impl_;
  auto at_hand = [&] {
    return index >= impl.first_leaf &&
           index - impl.first_leaf < impl.leaves_at_hand.size() / kHashSize;
  };
  if (!at_hand()) impl.load_leaf(index);
  if (!at_hand()) return std::nullopt;
  return impl.leaves_at_hand.substr((index - impl.first_leaf) * kHashSize, kHashSize);
}

std::uint64_t Salvage::leaves() {
  impl_->load_leaf(~std::uint64_t{0});
  return impl_->first_leaf + impl_->leaves_at_hand.size() / kHashSize;
}

std::uint64_t Salvage::entries_end() const {
  std::uint64_t end = 0;
  const LogRows& rows = impl_->rows[kEntries];
  if (!rows.empty() && keys::is_entry(rows.rbegin()->first)) {
    end = keys::read_number(rows.rbegin()->first) + 1;
  }
  for (const StoreTable& table : impl_->tables) {
    if (table.family() != kEntries || !keys::is_entry(table.last_key())) continue;
    end = std::max(end, keys::read_number(table.last_key()) + 1);
  }
  return end;
}

std::uint64_t Salvage::bytes() const {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& each : fs::directory_iterator(impl_->db, error)) {
    bytes += each.is_regular_file(error) ? each.file_size(error) : 0;
  }
  return bytes;
}

}  // namespace jobledger::ledger
