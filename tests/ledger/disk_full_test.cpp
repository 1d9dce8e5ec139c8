#include <catch2/catch.hpp>
#include <deque>
#include <filesystem>

#include "ledger/store_cursors.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tight_files.h"

// A write that the disk had no room for, and how the ledger goes on from there.

namespace jobledger::tests {
namespace {

using ledger::PreparedGroup;
using ledger::StoreCondition;

/// A ledger on files that can run out of room, with a group that failed and one that was decided
/// meanwhile.
class Full {
 public:
  explicit Full(Fails how) {
    ledger_.submit("before");
    held_.push_back(ledger_.prepare({ledger_.ask("submit a(b c)"), ledger_.ask("submit d")}));
    files_->fails = how;
    CHECK_FALSE(ledger_.writer().append(held_.front()));
    held_.push_back(ledger_.prepare({ledger_.ask("submit e")}));
  }

  ledger::Status resume() {
    return ledger_.writer().resume(
        held_, [&](const PreparedGroup& group) { done_.push_back(group.version); });
  }
  /// Of all entries that can be read.
  std::vector<std::uint64_t> indexes() {
    std::vector<std::uint64_t> found;
    ledger::EntryCursor cursor(*store_, 0);
    while (cursor.next()) found.push_back(cursor.index());
    CHECK(cursor.status());
    return found;
  }

  TightFiles& files() { return *files_; }
  ledger::Store& store() { return *store_; }
  const std::string& directory() const { return dir_.path(); }
  LedgerFixture& ledger() { return ledger_; }
  const std::vector<std::uint64_t>& done() const { return done_; }
  std::size_t held() const { return held_.size(); }

 private:
  static std::unique_ptr<ledger::Store> open(const std::string& path,
                                             std::shared_ptr<rocksdb::FileSystem> files) {
    ledger::StoreOptions options;
    options.files = std::move(files);
    auto store = ledger::Store::open(path, options);
    REQUIRE(store);
    return std::move(*store);
  }

  TempDir dir_;
  std::shared_ptr<TightFiles> files_ = std::make_shared<TightFiles>();
  std::unique_ptr<ledger::Store> store_ = open(dir_.path(), files_);
  LedgerFixture ledger_{*store_, {}};
  std::deque<PreparedGroup> held_;
  std::vector<std::uint64_t> done_;
};

using Versions = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a full store takes no writes, and reads what was durable") {
  Full full(Fails::half_way);
  CHECK(full.store().condition() == StoreCondition::full);
  CHECK(full.ledger().state().version() == 1);
  CHECK(full.store().entry(0));
  CHECK_FALSE(full.store().put_meta_rows({{"x", "y"}}));
  CHECK_FALSE(full.store().put_snapshot_row("x", "y"));
  CHECK(full.indexes() == Versions{0});
}

TEST_CASE("what was prepared while the disk was full is appended unchanged once there is room") {
  Full full(Fails::half_way);
  full.files().fails = Fails::nothing;
  REQUIRE(full.resume());
  CHECK(full.store().condition() == StoreCondition::writable);
  CHECK(full.done() == Versions{3, 4});
  CHECK(full.held() == 0);
  CHECK(full.indexes() == Versions{0, 1, 2, 3});
  CHECK(full.ledger().state().version() == 4);
  const std::string statuses = full.ledger().statuses("before a b c d e");
  full.ledger().refold();
  CHECK(full.ledger().statuses("before a b c d e") == statuses);
  CHECK(full.ledger().outcome("cancel b") ==
        "cancelled b requested; cancelled a child<b; cancelled c sibling<b");
}

TEST_CASE("a group that was there all the same is not appended a second time") {
  Full full(Fails::at_the_end);
  full.files().fails = Fails::nothing;
  REQUIRE(full.resume());
  CHECK(full.done() == Versions{3, 4});
  CHECK(full.indexes() == Versions{0, 1, 2, 3});
  CHECK(full.ledger().state().version() == 4);
}

TEST_CASE("as long as there is no room all is kept, and reads go on") {
  Full full(Fails::half_way);
  for (int tried = 0; tried < 3; ++tried) {
    CHECK_FALSE(full.resume());
    CHECK(full.store().condition() == StoreCondition::full);
    CHECK(full.held() == 2);
    CHECK(full.done().empty());
    CHECK(full.indexes() == Versions{0});
  }
  full.files().fails = Fails::nothing;
  REQUIRE(full.resume());
  CHECK(full.indexes() == Versions{0, 1, 2, 3});
}

TEST_CASE("a store that cannot even be opened again is read all the same") {
  Full full(Fails::half_way);
  full.files().fails = Fails::everywhere;
  for (int tried = 0; tried < 2; ++tried) {
    CHECK_FALSE(full.resume());
    CHECK(full.store().condition() == StoreCondition::full);
    CHECK(full.indexes() == Versions{0});
    CHECK_FALSE(full.store().put_meta_rows({{"x", "y"}}));
    CHECK(full.store().condition() == StoreCondition::full);
  }
  full.files().fails = Fails::nothing;
  REQUIRE(full.resume());
  CHECK(full.done() == Versions{3, 4});
  CHECK(full.indexes() == Versions{0, 1, 2, 3});
}

TEST_CASE("a store that is gone when it is opened again is not made anew") {
  Full full(Fails::half_way);
  full.files().fails = Fails::nothing;
  std::filesystem::rename(full.directory() + "/db", full.directory() + "/gone");
  CHECK_FALSE(full.resume());
  CHECK(full.store().condition() == StoreCondition::failed);
  CHECK(full.held() == 2);
  CHECK_FALSE(full.store().put_meta_rows({{"x", "y"}}));
  CHECK_FALSE(full.store().entry(0));
  CHECK_FALSE(std::filesystem::exists(full.directory() + "/db/CURRENT"));
}

TEST_CASE("another ledger in the place of the store is refused when it is opened again") {
  Full full(Fails::half_way);
  full.files().fails = Fails::nothing;
  TempDir other;
  REQUIRE(ledger::Store::open(other.path(), {}));
  std::filesystem::remove_all(full.directory() + "/db");
  std::filesystem::copy(other.path() + "/db", full.directory() + "/db");
  auto resumed = full.resume();
  REQUIRE_FALSE(resumed);
  CHECK_THAT(resumed.error().message, Catch::Contains("another ledger"));
  CHECK(full.store().condition() == StoreCondition::failed);
}

TEST_CASE("a log that lost its durable end while the disk was full is refused") {
  Full full(Fails::half_way);
  full.files().fails = Fails::nothing;
  std::deque<PreparedGroup> later;
  later.push_back(full.ledger().prepare({full.ledger().ask("submit f")}));  // after entry 3
  auto resumed = full.ledger().writer().resume(later, [](const PreparedGroup&) {});
  REQUIRE_FALSE(resumed);
  CHECK_THAT(resumed.error().message, Catch::Contains("the log ends at entry 1"));
  CHECK(later.size() == 1);
}

TEST_CASE("a sync that fails for want of room is not done again: the store has failed") {
  Full full(Fails::in_the_sync);
  CHECK(full.store().condition() == StoreCondition::failed);
  full.files().fails = Fails::nothing;
  CHECK_FALSE(full.resume());
  CHECK(full.store().condition() == StoreCondition::failed);
  CHECK(full.held() == 2);
}

TEST_CASE("a snapshot whose rows were lost when the database was opened again is not sealed") {
  TempDir dir;
  auto files = std::make_shared<TightFiles>();
  ledger::StoreOptions options;
  options.files = files;
  auto opened = ledger::Store::open(dir.path(), options);
  REQUIRE(opened);
  ledger::Store& store = **opened;
  store.begin_snapshot();
  REQUIRE(store.put_snapshot_row("s-row", "1"));
  files->fails = Fails::half_way;
  CHECK_FALSE(store.put_meta_rows({{"x", "y"}}));
  files->fails = Fails::nothing;
  REQUIRE(store.reopen(0));
  CHECK_FALSE(store.seal_snapshot("h-1", "head"));
  CHECK_FALSE(store.snapshot_row("h-1"));
  store.begin_snapshot();
  REQUIRE(store.put_snapshot_row("s-row", "2"));
  CHECK(store.seal_snapshot("h-2", "head"));
}

}  // namespace jobledger::tests
