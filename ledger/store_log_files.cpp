#include <rocksdb/file_system.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ledger/store_detail.h"
#include "ledger/wal_end.h"
#include "ledger/zero_filler.h"

namespace jobledger::ledger {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// A log being written, with zeros behind its end.
class WrittenLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WrittenLog(std::unique_ptr<rocksdb::FSWritableFile> file, const std::string& path)
      : FSWritableFileOwnerWrapper(std::move(file)), zeros_(path) {}

  // The file's own would set blocks aside, which the zeros do already.
  void PrepareWrite(size_t offset, size_t length, const IOOptions&, IODebugContext*) override {
    zeros_.claim(offset + length);
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    zeros_.stop();
    IOStatus cut = target()->Truncate(target()->GetFileSize(options, debug), options, debug);
    IOStatus closed = target()->Close(options, debug);
    return cut.ok() ? closed : cut;
  }

 private:
  ZeroFiller zeros_;
};

/// A log being read, up to its end.
class ReadLog final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ReadLog(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t end)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(end) {}

  IOStatus Read(size_t length, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    IOStatus read = target()->Read(std::min(length, left_), options, result, scratch, debug);
    if (read.ok()) left_ -= result->size();
    return read;
  }

  IOStatus Skip(std::uint64_t length) override {
    length = std::min<std::uint64_t>(length, left_);
    left_ -= length;
    return target()->Skip(length);
  }

 private:
  std::size_t left_;
};

class LogFiles final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "LogFiles"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus made = target()->NewWritableFile(path, options, file, debug);
    if (made.ok() && is_log(path)) *file = std::make_unique<WrittenLog>(std::move(*file), path);
    return made;
  }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* debug) override {
    IOStatus opened = target()->NewSequentialFile(path, options, file, debug);
    if (!opened.ok() || !is_log(path)) return opened;
    auto end = wal_end(path, !has_records_after(path));
    if (!end) return IOStatus::Corruption(end.error().message);
    *file = std::make_unique<ReadLog>(std::move(*file), *end);
    return opened;
  }

 private:
  static bool is_log(const std::string& path) { return path.ends_with(".log"); }

  /// Whether a later log was written to. Their names are numbers.
  static bool has_records_after(const std::string& path) {
    const std::filesystem::path log(path);
    const auto number = number_of(log);
    std::error_code ignored;  // a directory that cannot be read is RocksDB's to find
    for (const auto& other : std::filesystem::directory_iterator(log.parent_path(), ignored)) {
      bool is_later = is_log(other.path()) && number_of(other.path()) > number;
      if (is_later && !begins_with_zeros(other.path())) return true;
    }
    return false;
  }

  static std::uint64_t number_of(const std::filesystem::path& log) {
    return std::strtoull(log.stem().c_str(), nullptr, 10);
  }

  static bool begins_with_zeros(const std::filesystem::path& log) {
    std::array<char, 4096> bytes{};
    std::ifstream(log, std::ios::binary).read(bytes.data(), bytes.size());
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> env_with_log_files() {
  return rocksdb::NewCompositeEnv(std::make_shared<LogFiles>(rocksdb::FileSystem::Default()));
}

}  // namespace jobledger::ledger
