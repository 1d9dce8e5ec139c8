#include "ledger/store.h"

#include <rocksdb/db.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/store_cursors.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {
namespace {

using ledger::Store;

std::unique_ptr<Store> open(const std::string& directory,
                            const ledger::StoreOptions& options = {}) {
  auto store = Store::open(directory, options);
  INFO((store ? std::string() : store.error().message));
  REQUIRE(store);
  return std::move(*store);
}

std::string refusal_to_open(const std::string& directory,
                            const ledger::StoreOptions& options = {}) {
  auto store = Store::open(directory, options);
  REQUIRE_FALSE(store);
  return store.error().message;
}

ledger::StoreOptions read_only() {
  ledger::StoreOptions options;
  options.read_only = true;
  return options;
}

void append(Store& store, std::uint64_t index, std::string_view bytes) {
  ledger::StoreBatch batch(store);
  batch.put_entry(index, bytes);
  REQUIRE(store.write(batch));
}

/// `index=bytes` of each entry visited, and the failure if there is one.
std::string scan(const Store& store, std::uint64_t first) {
  std::string text;
  ledger::EntryCursor cursor(store, first);
  while (cursor.next()) {
    text.append(std::to_string(cursor.index())).append("=").append(cursor.bytes()).append(" ");
  }
  CHECK_FALSE(cursor.next());  // it stays at its end
  return cursor.status() ? text : text + cursor.status().error().message;
}

/// Changes rows of the default family without the store's knowledge.
void change_behind(const std::string& directory,
                   const std::function<rocksdb::Status(rocksdb::DB&)>& change) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : {"default", "entries", "payloads", "tree", "snapshots"}) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  REQUIRE(rocksdb::DB::Open({}, directory + "/db", families, &handles, &opened).ok());
  std::unique_ptr<rocksdb::DB> db(opened);
  CHECK(change(*db).ok());
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
}

/// The write-ahead log of the database: one file, as nothing was flushed.
std::filesystem::path log_of(const std::string& directory) {
  std::filesystem::path found;
  for (const auto& file : std::filesystem::directory_iterator(directory + "/db")) {
    if (file.path().extension() == ".log" && file.file_size() > 0) found = file.path();
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

}  // namespace

TEST_CASE("what was written is there after reopening", "[store]") {
  TempDir directory;
  ledger::Ulid id;
  {
    auto store = open(directory.path());
    id = store->ledger_id();
    CHECK_FALSE(id.is_nil());
    CHECK(store->entry_count().value() == 0);
    ledger::StoreBatch batch(*store);
    CHECK(batch.empty());
    batch.put_entry(0, "zero");
    batch.put_entry(1, std::string("o\0ne", 4));
    batch.put_payload({1, 2}, "body");
    batch.put_tree("t", "hash");
    CHECK_FALSE(batch.empty());
    CHECK(store->entry_count().value() == 0);  // not yet
    REQUIRE(store->write(batch));
  }
  auto store = open(directory.path());
  CHECK(store->directory() == directory.path());
  CHECK(store->ledger_id() == id);
  CHECK(store->entry_count().value() == 2);
  CHECK(store->entry(0).value() == "zero");
  CHECK(store->entry(1).value() == std::string("o\0ne", 4));
  CHECK(store->payload({1, 2}).value() == "body");
  CHECK(store->tree_row("t") == "hash");
}

TEST_CASE("each directory is a ledger of its own", "[store]") {
  TempDir a;
  TempDir b;
  CHECK(open(a.path())->ledger_id() != open(b.path())->ledger_id());
}

TEST_CASE("what is not there is said", "[store]") {
  auto store = store_in_memory();
  append(*store, 0, "zero");
  CHECK_THAT(store->entry(1).error().message, Catch::StartsWith("entry 1 cannot be read"));
  ledger::JobId job{1, 2};
  CHECK_THAT(store->payload(job).error().message, Catch::Contains(job.text()));
  CHECK_FALSE(store->tree_row("t"));
}

TEST_CASE("entries are scanned in the order of their indexes", "[store]") {
  auto store = store_in_memory();
  // 255 and 256 stand for the byte order of keys.
  for (std::uint64_t i = 0; i < 258; ++i) append(*store, i, "e");
  CHECK(store->entry_count().value() == 258);
  CHECK(scan(*store, 254) == "254=e 255=e 256=e 257=e ");
  CHECK(scan(*store, 258).empty());
}

TEST_CASE("a gap in the log is named", "[store]") {
  auto store = store_in_memory();
  append(*store, 0, "a");
  append(*store, 1, "b");
  append(*store, 3, "d");
  CHECK(scan(*store, 0) == "0=a 1=b entry 2 is missing from the log; the next is 3");
  CHECK(scan(*store, 2) == "entry 2 is missing from the log; the next is 3");
  CHECK(scan(*store, 3) == "3=d ");
}

TEST_CASE("a second opener is refused, a reader beside is not", "[store]") {
  TempDir directory;
  auto store = open(directory.path());
  append(*store, 0, "a");
  CHECK_THAT(refusal_to_open(directory.path()),
             Catch::StartsWith("the data directory is in use by another process"));

  auto reader = open(directory.path(), read_only());
  CHECK(reader->ledger_id() == store->ledger_id());
  append(*store, 1, "b");
  CHECK(scan(*reader, 0) == "0=a ");  // what was there at opening
  CHECK(scan(*open(directory.path(), read_only()), 0) == "0=a 1=b ");

  ledger::StoreBatch batch(*reader);
  batch.put_entry(1, "c");
  CHECK_FALSE(reader->write(batch));
  CHECK(scan(*store, 0) == "0=a 1=b ");
}

TEST_CASE("a store is made only if that is wanted", "[store]") {
  TempDir directory;
  std::string path = directory.path() + "/none";
  ledger::StoreOptions options;
  options.create = false;
  refusal_to_open(path, options);
  CHECK_FALSE(std::filesystem::exists(path));
  refusal_to_open(path, read_only());
  open(path + "/deep/down");
  CHECK(std::filesystem::exists(path + "/deep/down/db"));
}

TEST_CASE("a directory that cannot be made is said", "[store]") {
  TempDir directory;
  std::ofstream(directory.path() + "/file") << "x";
  CHECK_THAT(refusal_to_open(directory.path() + "/file/data"),
             Catch::StartsWith("cannot make the directory"));
}

TEST_CASE("a ledger of a newer format is refused", "[store]") {
  TempDir directory;
  open(directory.path());
  change_behind(directory.path(), [](rocksdb::DB& db) { return db.Put({}, "format", "2"); });
  const std::string refusal =
      "this ledger has the format 2, and this program reads only 1: use the version of the "
      "program that wrote it";
  CHECK(refusal_to_open(directory.path()) == refusal);
  CHECK(refusal_to_open(directory.path(), read_only()) == refusal);
}

TEST_CASE("a ledger that lost its identity gets no new one", "[store]") {
  TempDir directory;
  append(*open(directory.path()), 0, "a");
  SECTION("its format") {
    change_behind(directory.path(), [](rocksdb::DB& db) { return db.Delete({}, "format"); });
    CHECK(refusal_to_open(directory.path()) ==
          "the database holds entries but not their format: it is damaged");
  }
  SECTION("its id") {
    change_behind(directory.path(), [](rocksdb::DB& db) { return db.Delete({}, "ledger"); });
    CHECK(refusal_to_open(directory.path()) ==
          "the database holds no id of its ledger: it is damaged");
  }
}

TEST_CASE("a torn end of the write-ahead log costs only what was not synced", "[store]") {
  TempDir directory;
  {
    auto store = open(directory.path());
    for (std::uint64_t i = 0; i < 10; ++i) append(*store, i, "entry");
  }
  auto log = log_of(directory.path());
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 3);
  auto store = open(directory.path());
  CHECK(store->entry_count().value() == 9);
}

TEST_CASE("damage inside the write-ahead log is no silent loss", "[store]") {
  TempDir directory;
  {
    auto store = open(directory.path());
    for (std::uint64_t i = 0; i < 10; ++i) append(*store, i, "entry");
  }
  auto log = log_of(directory.path());
  {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(log) / 2));
    file.put('\x5a');
  }
  CHECK_THAT(refusal_to_open(directory.path()), Catch::Contains("does not open"));
}

TEST_CASE("the last row of the tree at or before a key is found", "[store]") {
  auto store = store_in_memory();
  ledger::StoreBatch batch(*store);
  for (const char* key : {"r1", "r5", "s3"}) batch.put_tree(key, std::string("at ") + key);
  REQUIRE(store->write(batch));
  using Row = std::pair<std::string, std::string>;
  CHECK(store->tree_floor("r0", "r4") == Row("r1", "at r1"));
  CHECK(store->tree_floor("r0", "r5") == Row("r5", "at r5"));
  CHECK(store->tree_floor("r0", "r9") == Row("r5", "at r5"));
  CHECK_FALSE(store->tree_floor("s0", "s2"));
  CHECK_FALSE(store->tree_floor("r0", "r0"));
}

TEST_CASE("snapshot rows live beside the log", "[store]") {
  TempDir directory;
  {
    auto store = open(directory.path());
    REQUIRE(store->put_snapshot_row("chunk", "bytes"));
    REQUIRE(store->put_snapshot_row("old", "bytes"));
    REQUIRE(store->seal_snapshot("head", "names chunk"));
    REQUIRE(store->erase_snapshot_rows("old", "older"));
  }
  auto store = open(directory.path());
  CHECK(store->snapshot_row("chunk") == "bytes");
  CHECK(store->snapshot_row("head") == "names chunk");
  CHECK_FALSE(store->snapshot_row("old"));
  auto keys = [&](std::string_view prefix) {
    std::string found;
    REQUIRE(store->scan_snapshot_keys(
        prefix, [&](std::string_view key) { found.append(key).append(" "); }));
    return found;
  };
  CHECK(keys("") == "chunk head ");
  CHECK(keys("ch") == "chunk ");
  CHECK(keys("i") == "");
  CHECK(store->entry_count().value() == 0);
}

}  // namespace jobledger::tests
