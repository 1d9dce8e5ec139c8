#include "ledger/store_stats.h"

#include "ledger/store_detail.h"

namespace jobledger::ledger {
namespace {

using Properties = rocksdb::DB::Properties;

/// Of all families together.
std::uint64_t sum(rocksdb::DB& db, const std::string& property) {
  std::uint64_t value = 0;
  db.GetAggregatedIntProperty(property, &value);
  return value;
}

/// Of what all families share.
std::uint64_t shared(rocksdb::DB& db, const std::string& property) {
  std::uint64_t value = 0;
  db.GetIntProperty(property, &value);
  return value;
}

void count_tables(rocksdb::DB& db, StoreStats& stats) {
  std::vector<rocksdb::LiveFileMetaData> tables;
  db.GetLiveFilesMetaData(&tables);
  stats.tables = tables.size();
  for (const auto& table : tables) {
    stats.table_bytes += table.size;
    if (table.level == 0) ++stats.level0_tables;
  }
}

void read_tickers(const rocksdb::Statistics& from, StoreStats& stats) {
  stats.wal_bytes = from.getTickerCount(rocksdb::WAL_FILE_BYTES);
  stats.wal_syncs = from.getTickerCount(rocksdb::WAL_FILE_SYNCED);
  stats.stall_micros = from.getTickerCount(rocksdb::STALL_MICROS);
  stats.flush_written_bytes = from.getTickerCount(rocksdb::FLUSH_WRITE_BYTES);
  stats.compaction_read_bytes = from.getTickerCount(rocksdb::COMPACT_READ_BYTES);
  stats.compaction_written_bytes = from.getTickerCount(rocksdb::COMPACT_WRITE_BYTES);
  stats.cache_hits = from.getTickerCount(rocksdb::BLOCK_CACHE_HIT);
  stats.cache_misses = from.getTickerCount(rocksdb::BLOCK_CACHE_MISS);
}

}  // namespace

StoreStats Store::stats() const {
  std::shared_lock open(impl_->opening);
  StoreStats stats;
  if (impl_->statistics) read_tickers(*impl_->statistics, stats);
  if (!impl_->db) return stats;
  rocksdb::DB& db = *impl_->db;
  count_tables(db, stats);
  stats.memtable_bytes = sum(db, Properties::kCurSizeAllMemTables);
  stats.immutable_memtables = sum(db, Properties::kNumImmutableMemTable);
  stats.cache_bytes = sum(db, Properties::kBlockCacheUsage);
  stats.index_bytes = sum(db, Properties::kEstimateTableReadersMem);
  stats.running_flushes = shared(db, Properties::kNumRunningFlushes);
  stats.running_compactions = shared(db, Properties::kNumRunningCompactions);
  stats.pending_compaction_bytes = sum(db, Properties::kEstimatePendingCompactionBytes);
  stats.background_errors = sum(db, Properties::kBackgroundErrors);
  stats.delayed_write_rate = shared(db, Properties::kActualDelayedWriteRate);
  stats.is_write_stopped = shared(db, Properties::kIsWriteStopped) != 0;
  return stats;
}

}  // namespace jobledger::ledger
