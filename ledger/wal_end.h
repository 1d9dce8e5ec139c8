#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace jobledger::ledger {

/// Where the last whole record of a write-ahead log of RocksDB ends, in bytes; `bytes` are all of
/// the file, which a Failure names by its path. Behind it there may be zeros (zero_filler.h), and
/// what a write left behind whose sync never came back: some sectors of one record, while others
/// are still zero, or the file ends before them. One record at a time is written and synced, so
/// anything else is damage of what was durable, which is a Failure: a record behind one that is not
/// whole, or a last one that is all there but wrong. So is whatever a log lacks when there is one
/// after it (`is_last` is false): that was begun when all was synced.
///
/// The checksums of records before the last are left to RocksDB; a record that it would pass over
/// without a word, as its head is zero, is found here.
/// Source: the wiki of RocksDB, "Write Ahead Log File Format" (records that are not recycled).
Result<std::uint64_t> wal_end(std::string bytes, const std::string& path, bool is_last);

/// What a Failure of it begins with.
inline constexpr std::string_view kWalDoubt = "the write-ahead log";

}  // namespace jobledger::ledger
