#include "daemon/metrics/store.h"

namespace jobledger::daemon::metrics {
namespace {

double number(std::uint64_t value) {
  return static_cast<double>(value);
}

void sample_sizes(Samples& samples, const ledger::StoreStats& stats) {
  samples.gauge("jobledger_store_table_bytes", "Of the tables on disk.", number(stats.table_bytes));
  samples.gauge("jobledger_store_tables", "Tables on disk.", number(stats.tables));
  samples.gauge(
      "jobledger_store_level0_tables",
      "Tables that were not merged with others yet; with many, reads and writes get slow.",
      number(stats.level0_tables));
  samples.gauge("jobledger_store_memtable_bytes",
                "Rows in memory that are on disk in the write-ahead log alone.",
                number(stats.memtable_bytes));
  samples.gauge("jobledger_store_immutable_memtables",
                "Full memtables that wait to be written to tables.",
                number(stats.immutable_memtables));
  samples.gauge("jobledger_store_cache_bytes", "Blocks of tables that are kept in memory.",
                number(stats.cache_bytes));
  samples.gauge("jobledger_store_index_bytes",
                "Memory for what is needed to read the tables, beside the cache, about.",
                number(stats.index_bytes));
}

void sample_background(Samples& samples, const ledger::StoreStats& stats) {
  samples.gauge("jobledger_store_running_flushes", "Memtables that are being written to tables.",
                number(stats.running_flushes));
  samples.gauge("jobledger_store_running_compactions", "Merges of tables that are being made.",
                number(stats.running_compactions));
  samples.gauge("jobledger_store_pending_compaction_bytes",
                "What merges of tables have yet to rewrite, about.",
                number(stats.pending_compaction_bytes));
  samples.gauge("jobledger_store_background_errors",
                "Errors of flushes and merges since the database was opened.",
                number(stats.background_errors));
  samples.gauge("jobledger_store_write_stopped",
                "1 while writes wait for flushes or merges to come along, else 0.",
                stats.is_write_stopped ? 1 : 0);
  samples.gauge("jobledger_store_delayed_write_bytes_per_second",
                "What is let through while writes are slowed down; 0 while they are not.",
                number(stats.delayed_write_rate));
}

void sample_sums(Samples& samples, const ledger::StoreStats& stats) {
  samples.counter("jobledger_store_wal_written_bytes_total", "Written to the write-ahead log.",
                  number(stats.wal_bytes));
  samples.counter("jobledger_store_wal_syncs_total", "Syncs of the write-ahead log.",
                  number(stats.wal_syncs));
  samples.counter("jobledger_store_stall_seconds_total",
                  "For how long writes waited for flushes or merges to come along.",
                  number(stats.stall_micros) / 1e6);
  samples.counter("jobledger_store_flush_written_bytes_total", "Written by flushes of memtables.",
                  number(stats.flush_written_bytes));
  samples.counter("jobledger_store_compaction_read_bytes_total", "Read by merges of tables.",
                  number(stats.compaction_read_bytes));
  samples.counter("jobledger_store_compaction_written_bytes_total", "Written by merges of tables.",
                  number(stats.compaction_written_bytes));
  samples.counter("jobledger_store_cache_hits_total", "Reads of blocks that were in memory.",
                  number(stats.cache_hits));
  samples.counter("jobledger_store_cache_misses_total", "Reads of blocks that were not.",
                  number(stats.cache_misses));
}

}  // namespace

void sample_store(Samples& samples, const ledger::StoreStats& stats) {
  sample_sizes(samples, stats);
  sample_background(samples, stats);
  sample_sums(samples, stats);
}

}  // namespace jobledger::daemon::metrics
