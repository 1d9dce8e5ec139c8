#pragma once

#include <cstdint>

namespace jobledger::ledger {

/// What the database tells of itself. Bytes and numbers are as of now; what is summed is so since
/// the store was opened, and goes on when the database is opened again.
struct StoreStats {
  std::uint64_t table_bytes = 0;          ///< of files of rows on disk
  std::uint64_t tables = 0;               ///< how many those are
  std::uint64_t level0_tables = 0;        ///< of them, not yet merged with others
  std::uint64_t memtable_bytes = 0;       ///< of rows that are in the write-ahead log alone
  std::uint64_t immutable_memtables = 0;  ///< that wait to be written to tables
  std::uint64_t cache_bytes = 0;          ///< of blocks that were read
  std::uint64_t index_bytes = 0;          ///< of what tables need to be read, outside the cache

  std::uint64_t running_flushes = 0;
  std::uint64_t running_compactions = 0;
  std::uint64_t pending_compaction_bytes = 0;  ///< that compactions have yet to rewrite, about
  std::uint64_t background_errors = 0;         ///< summed
  std::uint64_t delayed_write_rate = 0;        ///< bytes a second that are let through; 0: all
  bool is_write_stopped = false;

  // Summed.
  std::uint64_t wal_bytes = 0;
  std::uint64_t wal_syncs = 0;
  std::uint64_t stall_micros = 0;  ///< for which writes were held up
  std::uint64_t flush_written_bytes = 0;
  std::uint64_t compaction_read_bytes = 0;
  std::uint64_t compaction_written_bytes = 0;
  std::uint64_t cache_hits = 0;
  std::uint64_t cache_misses = 0;
};

}  // namespace jobledger::ledger
