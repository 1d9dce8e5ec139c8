// A store on a disk that fails: the first write that does is the last one, and a start finds each
// group whole or not at all.

#include <catch2/catch.hpp>

#include "ledger/store.h"
#include "ledger/store_cursors.h"
#include "tests/support/simulated_files.h"
#include "tests/support/torture.h"

namespace jobledger::tests {
namespace {

using ledger::Store;

constexpr std::uint64_t kGroups = 12;
constexpr std::uint64_t kGroup = 3;  ///< entries each

std::string bytes_of(std::uint64_t index) {
  return std::string(200 + index * 37 % 900, static_cast<char>('a' + index % 26));
}

SimulatedDisk empty_disk() {
  SimulatedDisk disk;
  disk.create("/ledger", true);
  disk.sync_directory("");
  return disk;
}

ledger::Result<std::unique_ptr<Store>> open(const std::shared_ptr<SimulatedFiles>& files) {
  ledger::StoreOptions options;
  options.files = files;
  return Store::open("/ledger", options);
}

ledger::Status write_group(Store& store, std::uint64_t group) {
  ledger::StoreBatch batch(store);
  for (std::uint64_t i = 0; i < kGroup; ++i) {
    batch.put_entry(group * kGroup + i, bytes_of(group * kGroup + i));
  }
  return store.write(batch);
}

/// Groups that were written, up to the first that failed.
std::uint64_t write_groups(Store& store, std::uint64_t first) {
  for (std::uint64_t group = first; group < kGroups; ++group) {
    if (!write_group(store, group)) return group;
  }
  return kGroups;
}

/// Requires the groups up to `acknowledged`, and one more or not.
void require_whole(const SimulatedDisk& disk, std::uint64_t acknowledged) {
  auto store = open(std::make_shared<SimulatedFiles>(disk));
  INFO((store ? "" : store.error().message));
  REQUIRE(store);
  std::uint64_t count = (*store)->entry_count().value();
  REQUIRE(count % kGroup == 0);
  REQUIRE(count / kGroup >= acknowledged);
  REQUIRE(count / kGroup <= acknowledged + 1);
  for (std::uint64_t i = 0; i < count; ++i) REQUIRE((*store)->entry(i).value() == bytes_of(i));
  REQUIRE(write_groups(**store, count / kGroup) == kGroups);
}

TEST_CASE("after a write or a sync that failed a store takes nothing, and keeps what it had",
          "[store][faults]") {
  std::mt19937_64 random(1);
  for (DiskOperation operation : {DiskOperation::write, DiskOperation::sync}) {
    for (const rocksdb::IOStatus& status : {no_space(), io_error()}) {
      for (bool lasts : {false, true}) {
        bool failed = true;
        for (std::uint64_t after = 0; failed; ++after) {
          INFO(name_of(operation) << " number " << after << ": " << status.ToString());
          auto files = std::make_shared<SimulatedFiles>(empty_disk());
          auto store = open(files);
          REQUIRE(store);
          files->add({operation, after, status, lasts, ".log", 70});
          std::uint64_t written = write_groups(**store, 0);
          failed = files->failed() > 0;
          REQUIRE(failed == (written < kGroups));
          if (failed) {
            files->clear_faults();
            auto more = write_group(**store, kGroups);
            REQUIRE_FALSE(more);
            REQUIRE((*store)->entry_count().value() == written * kGroup);
          }
          for (Crash crash : kCrashes) require_whole(files->after(crash, random), written);
          store->reset();
          require_whole(files->after(Crash::process, random), written);
        }
      }
    }
  }
}

TEST_CASE("whatever operation of the disk fails, a store refuses and keeps what it had",
          "[store][faults]") {
  std::mt19937_64 random(1);
  for (const rocksdb::IOStatus& status : {no_space(), io_error()}) {
    for (DiskOperation operation :
         {DiskOperation::write, DiskOperation::sync, DiskOperation::create, DiskOperation::rename,
          DiskOperation::remove, DiskOperation::sync_directory}) {
      bool failed = true;
      for (std::uint64_t after = 0; failed && after < 400; after += 1 + after / 5) {
        INFO(name_of(operation) << " number " << after << ": " << status.ToString());
        auto first = std::make_shared<SimulatedFiles>(empty_disk());
        REQUIRE(write_groups(**open(first), 0) == kGroups);
        // Of a start, which has a log to take over.
        auto files = std::make_shared<SimulatedFiles>(first->after(Crash::power, random));
        files->add({operation, after, status, false, "", 40});
        if (auto store = open(files)) {
          REQUIRE((*store)->entry_count().value() == kGroups * kGroup);
        }
        failed = files->failed() > 0;
        files->clear_faults();
        for (Crash crash : kCrashes) require_whole(files->after(crash, random), kGroups);
      }
    }
  }
}

TEST_CASE("a read that fails is told, and nothing is taken for missing", "[store][faults]") {
  auto first = std::make_shared<SimulatedFiles>(empty_disk());
  REQUIRE(write_groups(**open(first), 0) == kGroups);
  std::mt19937_64 random(1);
  const SimulatedDisk disk = first->after(Crash::power, random);
  bool failed = true;
  for (std::uint64_t after = 0; failed; ++after) {
    INFO("read number " << after);
    auto files = std::make_shared<SimulatedFiles>(disk);
    files->add({DiskOperation::read, after, io_error(), false});
    auto store = open(files);
    if (store) {
      auto count = (*store)->entry_count();
      if (count) REQUIRE(*count == kGroups * kGroup);
      for (std::uint64_t i = 0; i < kGroups * kGroup; ++i) {
        auto entry = (*store)->entry(i);
        if (entry) REQUIRE(*entry == bytes_of(i));
      }
    }
    failed = files->failed() > 0;
    if (!failed) REQUIRE(store);
  }
}

TEST_CASE("a new ledger is there after a crash, with its first entry", "[store][faults]") {
  std::mt19937_64 random(1);
  auto files = std::make_shared<SimulatedFiles>(empty_disk());
  auto store = open(files);
  REQUIRE(write_group(**store, 0));
  for (Crash crash : kCrashes) require_whole(files->after(crash, random), 1);
}

TEST_CASE("a snapshot that failed while rows were erased does not end the program",
          "[store][faults]") {
  for (DiskOperation operation :
       {DiskOperation::create, DiskOperation::write, DiskOperation::sync}) {
    for (const rocksdb::IOStatus& status : {no_space(), io_error()}) {
      auto files = std::make_shared<SimulatedFiles>(empty_disk());
      auto store = open(files);
      REQUIRE(write_group(**store, 0));
      REQUIRE((*store)->put_snapshot_row("a", "row"));
      REQUIRE((*store)->erase_snapshot_rows("a", "b"));
      REQUIRE((*store)->put_snapshot_row("c", "row"));
      files->add({operation, 0, status, true});
      REQUIRE_FALSE((*store)->seal_snapshot("h", "head"));
      files->clear_faults();
      store->reset();
      std::mt19937_64 random(1);
      require_whole(files->after(Crash::power, random), 1);
    }
  }
}

TEST_CASE("a log cut off at any byte of its last write is without that write",
          "[store][wal][torture]") {
  auto files = std::make_shared<SimulatedFiles>(empty_disk());
  auto store = open(files);
  REQUIRE(write_group(**store, 0));
  std::mt19937_64 random(1);
  const SimulatedDisk before = files->after(Crash::process, random);
  ledger::StoreBatch batch(**store);
  batch.put_entry(kGroup, std::string(4096, 'x'));
  REQUIRE((*store)->write(batch));
  const SimulatedDisk whole = files->after(Crash::process, random);
  for (const auto& [path, file] : whole.names()) {
    if (!path.ends_with(".log") || file->bytes.empty()) continue;
    std::size_t begin = before.find(path)->bytes.size();
    REQUIRE(file->bytes.size() >= begin + 4096);
    const std::string bytes = file->bytes;
    for (std::size_t cut = begin; cut <= bytes.size(); cut += is_torture() ? 1 : 61) {
      INFO("cut at byte " << cut - begin << " of " << bytes.size() - begin);
      file->bytes = bytes.substr(0, cut);
      auto opened = open(std::make_shared<SimulatedFiles>(whole.after(Crash::process, random)));
      REQUIRE(opened);
      REQUIRE((*opened)->entry_count().value() == kGroup + (cut == bytes.size()));
    }
    file->bytes = bytes;
  }
}

}  // namespace
}  // namespace jobledger::tests
