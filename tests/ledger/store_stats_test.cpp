#include "ledger/store_stats.h"

#include <catch2/catch.hpp>

#include "ledger/store.h"
#include "tests/support/temp_dir.h"

namespace jobledger::ledger {

TEST_CASE("a store tells what it wrote and what it keeps") {
  tests::TempDir dir;
  auto store = Store::open(dir.path(), {});
  REQUIRE(store);
  const StoreStats before = (*store)->stats();
  StoreBatch batch(**store);
  batch.put_entry(0, std::string(100'000, 'x'));
  REQUIRE((*store)->write(batch));
  const StoreStats written = (*store)->stats();
  CHECK(written.wal_bytes >= before.wal_bytes + 100'000);
  CHECK(written.wal_syncs == before.wal_syncs + 1);
  CHECK(written.memtable_bytes > before.memtable_bytes);
  CHECK(written.tables == 0);
  CHECK(written.background_errors == 0);
  CHECK_FALSE(written.is_write_stopped);

  REQUIRE((*store)->put_snapshot_row("f", "row"));
  REQUIRE((*store)->seal_snapshot("h", "head"));
  const StoreStats flushed = (*store)->stats();
  CHECK(flushed.tables == 1);
  CHECK(flushed.level0_tables == 1);
  CHECK(flushed.table_bytes > 0);
  CHECK(flushed.flush_written_bytes > written.flush_written_bytes);
}

TEST_CASE("a store that is read beside a daemon tells what it keeps alone") {
  tests::TempDir dir;
  {
    auto store = Store::open(dir.path(), {});
    REQUIRE(store);
    StoreBatch batch(**store);
    batch.put_entry(0, std::string(100'000, 'x'));
    REQUIRE((*store)->write(batch));
  }
  StoreOptions options;
  options.read_only = true;
  auto store = Store::open(dir.path(), options);
  REQUIRE(store);
  CHECK((*store)->stats().memtable_bytes > 0);
  CHECK((*store)->stats().wal_bytes == 0);
}

}  // namespace jobledger::ledger
