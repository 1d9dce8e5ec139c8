#include "bench/disk.h"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "bench/samples.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kFilledBytes = 128 << 20;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void must(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("RocksDB: " + status.ToString());
}

/// Calls `step` until the time is over or it says that there is no room for more.
template <typename Step>
Syncs repeat(double seconds, Step step) {
  Syncs syncs;
  auto begun = Clock::now();
  while (syncs.seconds < seconds) {
    auto before = Clock::now();
    if (!step(syncs.micros.size())) break;
    syncs.micros.push_back(seconds_since(before) * 1e6);
    syncs.seconds = seconds_since(begun);
  }
  return syncs;
}

}  // namespace

Syncs append_and_sync(const std::string& directory, bool filled, double seconds) {
  std::string path = directory + "/append";
  int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  must(file >= 0, "open");
  std::string block(filled ? kFilledBytes : kBlock, '\0');
  if (filled) {
    must(pwrite(file, block.data(), kFilledBytes, 0) == kFilledBytes, "pwrite");
    must(fsync(file) == 0, "fsync");
  }
  std::memset(block.data(), 'x', kBlock);
  Syncs syncs = repeat(seconds, [&](std::size_t place) {
    if (filled && (place + 1) * kBlock > kFilledBytes) return false;
    must(pwrite(file, block.data(), kBlock, static_cast<off_t>(place * kBlock)) == kBlock,
         "pwrite");
    must(fdatasync(file) == 0, "fdatasync");
    return true;
  });
  close(file);
  unlink(path.c_str());
  return syncs;
}

Syncs synced_puts(const std::string& directory, std::size_t rows, std::size_t row_bytes,
                  double seconds) {
  std::string path = directory + "/puts";
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  options.max_total_wal_size = 256 << 20;
  rocksdb::DB* opened = nullptr;
  must(rocksdb::DB::Open(options, path, &opened));
  std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions write;
  write.sync = true;
  const std::string row(row_bytes, 'x');
  std::uint64_t next = 0;
  Syncs syncs = repeat(seconds, [&](std::size_t) {
    rocksdb::WriteBatch batch(0, 0, 8, 0);  // 8: protection bytes a key
    for (std::size_t i = 0; i < rows; ++i, ++next) {
      std::uint64_t key = __builtin_bswap64(next);
      must(batch.Put({reinterpret_cast<const char*>(&key), sizeof key}, row));
    }
    must(db->Write(write, &batch));
    return true;
  });
  db.reset();
  std::filesystem::remove_all(path);
  return syncs;
}

std::optional<std::uint64_t> bytes_written_to_disk(const std::string& directory) {
  constexpr std::uint64_t kSector = 512;  // of these counters, whatever the disk's own are
  constexpr int kSectorsWritten = 7;      // its place in the file
  sync();
  struct stat status {};
  must(stat(directory.c_str(), &status) == 0, "stat");
  std::ifstream counters("/sys/dev/block/" + std::to_string(major(status.st_dev)) + ":" +
                         std::to_string(minor(status.st_dev)) + "/stat");
  std::uint64_t number = 0;
  for (int i = 0; i < kSectorsWritten; ++i) counters >> number;
  return counters ? std::optional(number * kSector) : std::nullopt;
}

}  // namespace jobledger::bench
