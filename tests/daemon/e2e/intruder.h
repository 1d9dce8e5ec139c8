#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace jobledger::daemon::e2e {

/// The database of a data directory, opened behind the daemon's back.
class Intruder {
 public:
  explicit Intruder(const std::string& data_dir) {
    std::string path = data_dir + "/db";
    std::vector<std::string> names;
    good(rocksdb::DB::ListColumnFamilies({}, path, &names));
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names)
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    good(rocksdb::DB::Open({}, path, families, &handles_, &opened));
    db_.reset(opened);
  }
  ~Intruder() {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }

  std::string read(const std::string& family, const std::string& key) {
    std::string row;
    good(db_->Get({}, handle(family), key, &row));
    return row;
  }
  void write(const std::string& family, const std::string& key, const std::string& row) {
    good(db_->Put({}, handle(family), key, row));
  }
  std::vector<std::string> keys(const std::string& family) {
    std::vector<std::string> keys;
    std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}, handle(family)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) keys.push_back(it->key().ToString());
    return keys;
  }
  void erase(const std::string& family, const std::string& key) {
    good(db_->Delete({}, handle(family), key));
  }

  /// A family as a later version of the program may have it, with a row.
  void add_family(const std::string& name) {
    rocksdb::ColumnFamilyHandle* made = nullptr;
    good(db_->CreateColumnFamily({}, name, &made));
    handles_.push_back(made);
    write(name, "key", "row");
  }

  /// Brings a family into one file, and gives its name.
  std::string only_file_of(const std::string& family) {
    rocksdb::CompactRangeOptions all;
    all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    good(db_->CompactRange(all, handle(family), nullptr, nullptr));
    rocksdb::ColumnFamilyMetaData files;
    db_->GetColumnFamilyMetaData(handle(family), &files);
    if (files.file_count != 1) throw std::runtime_error("not one file of " + family);
    for (const auto& level : files.levels) {
      if (!level.files.empty()) return level.files.front().relative_filename;
    }
    throw std::runtime_error("no file of " + family);
  }

 private:
  static void good(const rocksdb::Status& status) {
    if (!status.ok()) throw std::runtime_error(status.ToString());
  }
  rocksdb::ColumnFamilyHandle* handle(const std::string& name) {
    for (auto* each : handles_) {
      if (each->GetName() == name) return each;
    }
    throw std::runtime_error("no family " + name);
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace jobledger::daemon::e2e
