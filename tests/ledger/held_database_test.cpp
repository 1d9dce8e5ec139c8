#include "ledger/held_database.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "ledger/keys.h"
#include "ledger/store.h"
#include "tests/support/temp_dir.h"
#include "tests/support/torture.h"

namespace jobledger::tests {
namespace {

namespace fs = std::filesystem;
using ledger::Store;

constexpr std::uint64_t kSnapshotRows = 8;

std::string numbered(const std::string& name, std::uint64_t number) {
  std::string key = name + '/';
  ledger::keys::append_number(key, number);
  return key;
}

/// Each entry has a row of the tree in the same batch; each head of a snapshot names rows that are
/// there, and the ones before it go then.
class Writing {
 public:
  explicit Writing(const std::string& directory) : store_(*Store::open(directory, {})) {}

  /// False if it could not be written. Any thread, one at a time.
  bool step() {
    ledger::StoreBatch batch(*store_);
    batch.put_entry(count_, std::string(200 + count_ % 5'000, 'e'));
    batch.put_tree(numbered("row", count_), "t");
    if (!store_->write(batch)) return false;
    ++count_;
    return count_ % 7 != 0 || snapshot();
  }

  std::uint64_t count() const { return count_; }

 private:
  bool snapshot() {
    ++snapshot_;
    store_->begin_snapshot();
    for (std::uint64_t i = 0; i < kSnapshotRows; ++i) {
      if (!store_->put_snapshot_row(numbered(numbered("rows", snapshot_), i), "r")) return false;
    }
    return store_->seal_snapshot("head", numbered("rows", snapshot_)) &&
           store_->erase_snapshot_rows("rows/", numbered("rows", snapshot_));
  }

  std::unique_ptr<Store> store_;
  std::atomic<std::uint64_t> count_ = 0;
  std::uint64_t snapshot_ = 0;
};

void copy_held(const std::string& from, const std::string& to,
               const std::function<void()>& meanwhile = nullptr) {
  auto held = ledger::hold_database(from + "/db", meanwhile);
  INFO((held ? std::string() : held.error().message));
  REQUIRE(held);
  fs::create_directories(to + "/db");
  for (const ledger::HeldFile& file : *held) {
    REQUIRE(ledger::copy_file(file.file, file.size, to + "/db/" + file.name, nullptr));
  }
}

/// How many entries the copy has, all of it being of one moment.
std::uint64_t judge(const std::string& copy) {
  ledger::StoreOptions how;
  how.create = false;
  how.read_only = true;
  auto store = Store::open(copy, how);
  INFO((store ? std::string() : store.error().message));
  REQUIRE(store);
  std::uint64_t count = *(*store)->entry_count();
  std::uint64_t rows = 0;
  REQUIRE((*store)->scan_tree("row/", [&](std::string_view, std::string_view) {
    ++rows;
    return true;
  }));
  CHECK(rows == count);
  for (std::uint64_t i = 0; i < count; ++i) REQUIRE((*store)->entry(i));
  if (auto head = (*store)->snapshot_row("head")) {
    for (std::uint64_t i = 0; i < kSnapshotRows; ++i) {
      CHECK((*store)->snapshot_row(numbered(*head, i)));
    }
  }
  return count;
}

}  // namespace

TEST_CASE("the files of a database that is written to are held as of one moment",
          "[held-database][torture]") {
  for_seeds(1, [](std::uint64_t) {
    TempDir dir;
    Writing writing(dir.path() + "/ledger");
    for (int i = 0; i < 20; ++i) REQUIRE(writing.step());
    // What is judged is all that was ever written: without an end to what is written meanwhile, the
    // judging may never come along.
    constexpr std::uint64_t kMeanwhile = 200;
    std::atomic<std::uint64_t> allowed = 0;
    std::atomic<bool> written = true;
    std::jthread thread([&](const std::stop_token& stop) {
      while (!stop.stop_requested() && written) {
        if (writing.count() < allowed) {
          written = writing.step();
        } else {
          std::this_thread::yield();
        }
      }
    });
    for (int i = 0; i < 12; ++i) {
      const std::string copy = dir.path() + "/copy";
      const std::uint64_t before = writing.count();
      allowed = before + kMeanwhile;
      copy_held(dir.path() + "/ledger", copy);
      const std::uint64_t after = writing.count();
      const std::uint64_t copied = judge(copy);
      CHECK(copied >= before);
      CHECK(copied <= after + 1);  // one may be in the log, and not told yet
      fs::remove_all(copy);
    }
    thread.request_stop();
    thread.join();
    CHECK(written);
  });
}

TEST_CASE("a moment in which tables were made, or the manifest grew, is none", "[held-database]") {
  TempDir dir;
  Writing writing(dir.path() + "/ledger");
  for (int i = 0; i < 20; ++i) REQUIRE(writing.step());
  int looks = 0;
  copy_held(dir.path() + "/ledger", dir.path() + "/copy", [&] {
    // Two snapshots: the log speaks of tables that the manifest does not know, and that are new.
    for (int i = 0; looks < 3 && i < 14; ++i) REQUIRE(writing.step());
    ++looks;
  });
  CHECK(looks >= 4);  // more if tables were merged by then
  CHECK(judge(dir.path() + "/copy") == writing.count());
}

TEST_CASE("what is written to the log while it is looked at is held as far as it came",
          "[held-database]") {
  TempDir dir;
  Writing writing(dir.path() + "/ledger");
  for (int i = 0; i < 22; ++i) REQUIRE(writing.step());
  int looks = 0;
  copy_held(dir.path() + "/ledger", dir.path() + "/copy", [&] {
    REQUIRE(writing.step());
    ++looks;
  });
  CHECK(looks >= 1);
  CHECK(judge(dir.path() + "/copy") == writing.count());
}

TEST_CASE("held files stay readable when the database is gone", "[held-database]") {
  TempDir dir;
  const std::string from = dir.path() + "/ledger";
  REQUIRE(Writing(from).step());
  auto held = ledger::hold_database(from + "/db");
  REQUIRE(held);
  fs::remove_all(from);
  fs::create_directories(dir.path() + "/copy/db");
  for (const ledger::HeldFile& file : *held) {
    REQUIRE(ledger::copy_file(file.file, file.size, dir.path() + "/copy/db/" + file.name, nullptr));
  }
  CHECK(judge(dir.path() + "/copy") == 1);
}

TEST_CASE("of what is no database, or a damaged one, no files are held", "[held-database]") {
  TempDir dir;
  CHECK_FALSE(ledger::hold_database(dir.path() + "/db"));
  fs::create_directory(dir.path() + "/db");
  auto none = ledger::hold_database(dir.path() + "/db");
  REQUIRE_FALSE(none);
  CHECK_THAT(none.error().message, Catch::Contains("no database"));

  const std::string from = dir.path() + "/ledger";
  {
    Writing writing(from);
    for (int i = 0; i < 5; ++i) REQUIRE(writing.step());
  }
  std::string log;
  for (const auto& each : fs::directory_iterator(from + "/db")) {
    if (each.path().extension() == ".log" && each.file_size() > 0) log = each.path();
  }
  REQUIRE_FALSE(log.empty());
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(5);
  file.put('\xff');  // the length of a record
  file.close();
  auto damaged = ledger::hold_database(from + "/db");
  REQUIRE_FALSE(damaged);
  CHECK_THAT(damaged.error().message, Catch::Contains(log));
}

}  // namespace jobledger::tests
