#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace jobledger::bench {

struct Syncs {
  double seconds = 0;
  std::vector<double> micros;  ///< of each append with its sync
};

/// Appends 4 KiB and fdatasync()s, again and again: to a file that grows, or to one that was filled
/// with zeros before. Throws std::runtime_error on any error; leaves no file behind.
Syncs append_and_sync(const std::string& directory, bool filled, double seconds);

/// Puts of `rows` rows of `row_bytes` each, in one synced write of a RocksDB with the settings of
/// the log that matter to it. Throws std::runtime_error on any error; leaves nothing behind.
Syncs synced_puts(const std::string& directory, std::size_t rows, std::size_t row_bytes,
                  double seconds);

}  // namespace jobledger::bench
