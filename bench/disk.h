#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// What anybody has written to the disk that the directory is on, after all that waited to be: what
/// the kernel counts for a process is of the page cache, and there of large pieces at once. Nothing
/// where the file system does not stand on one disk.
std::optional<std::uint64_t> bytes_written_to_disk(const std::string& directory);

}  // namespace jobledger::bench
