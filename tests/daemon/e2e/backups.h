#pragma once

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon_run.h"
#include "json.h"
#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/open_file.h"
#include "ledger/store.h"

namespace jobledger::daemon::e2e {

/// A ledger on disk, read beside whoever writes it.
class ReadLedger {
 public:
  explicit ReadLedger(const std::string& data_dir) {
    ledger::StoreOptions how;
    how.create = false;
    how.read_only = true;
    auto store = ledger::Store::open(data_dir, how);
    if (!store) throw std::runtime_error(store.error().message);
    store_ = std::move(*store);
  }

  std::uint64_t count() const { return *store_->entry_count(); }
  std::string entry(std::uint64_t index) const { return *store_->entry(index); }
  ledger::Entry decoded(std::uint64_t index) const { return *ledger::decode(entry(index)); }
  ledger::Ulid id() const { return store_->ledger_id(); }

  /// Whether the first `count` entries of the other are these, byte for byte.
  bool begins_as(const ReadLedger& other, std::uint64_t count) const {
    if (this->count() < count || other.count() < count) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (entry(i) != other.entry(i)) return false;
    }
    return true;
  }

 private:
  std::unique_ptr<ledger::Store> store_;
};

/// What a backup says of itself.
inline Json record_of(const std::string& backup) {
  return Json(read_file(backup + "/backup.json"));
}

inline std::vector<std::string> tables_of(const std::string& data_dir) {
  std::vector<std::string> tables;
  for (const auto& each : std::filesystem::directory_iterator(data_dir + "/db")) {
    if (each.path().extension() == ".sst") tables.push_back(each.path().filename());
  }
  return tables;
}

inline bool is_same_file(const std::string& a, const std::string& b) {
  struct stat one {};
  struct stat other {};
  if (stat(a.c_str(), &one) != 0 || stat(b.c_str(), &other) != 0) return false;
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace jobledger::daemon::e2e
