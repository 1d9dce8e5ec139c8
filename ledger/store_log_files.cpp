#include <rocksdb/file_system.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/store_detail.h"
#include "ledger/wal_bytes.h"
#include "ledger/wal_end.h"
#include "ledger/zero_filler.h"

namespace jobledger::ledger {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// A log being written; if it is filled, with zeros behind its end.
class WrittenLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WrittenLog(std::unique_ptr<rocksdb::FSWritableFile> file, std::unique_ptr<ZeroFiller> zeros)
      : FSWritableFileOwnerWrapper(std::move(file)), zeros_(std::move(zeros)) {}

  // The file's own would set blocks aside, which the zeros do already.
  void PrepareWrite(size_t offset, size_t length, const IOOptions& options,
                    IODebugContext* debug) override {
    if (!zeros_) return target()->PrepareWrite(offset, length, options, debug);
    zeros_->claim(offset + length);
  }

  // A sync that failed for want of room may have lost what was written before: unlike a write that
  // did, it is none that could be done again.
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus synced = target()->Sync(options, debug);
    return synced.IsNoSpace() ? IOStatus::IOError("a sync failed", synced.ToString()) : synced;
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    if (!zeros_) return target()->Close(options, debug);
    zeros_->stop();
    IOStatus cut = target()->Truncate(target()->GetFileSize(options, debug), options, debug);
    IOStatus closed = target()->Close(options, debug);
    return cut.ok() ? closed : cut;
  }

 private:
  std::unique_ptr<ZeroFiller> zeros_;
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

bool is_log(const std::string& path) {
  return path.ends_with(".log");
}

/// Logs have numbers for names, as of `000017.log`.
std::uint64_t number_of(const std::string& log) {
  return std::strtoull(log.c_str() + log.rfind('/') + 1, nullptr, 10);  // npos + 1 is 0
}

bool is_zero(const std::string& bytes) {
  return bytes.find_first_not_of('\0') == std::string::npos;
}

class LogFiles final : public rocksdb::FileSystemWrapper {
 public:
  LogFiles(std::shared_ptr<rocksdb::FileSystem> files, bool fills)
      : FileSystemWrapper(std::move(files)), fills_(fills) {}
  const char* Name() const override { return "LogFiles"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus made = target()->NewWritableFile(path, options, file, debug);
    if (!made.ok() || !is_log(path)) return made;
    auto zeros = fills_ ? std::make_unique<ZeroFiller>(path) : nullptr;
    *file = std::make_unique<WrittenLog>(std::move(*file), std::move(zeros));
    return made;
  }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* debug) override {
    IOStatus opened = target()->NewSequentialFile(path, options, file, debug);
    if (!opened.ok() || !is_log(path)) return opened;
    std::string bytes;
    IOStatus read = read_all(path, options, bytes);
    bool is_last = true;
    if (read.ok()) read = look_after(path, options, is_last);
    if (!read.ok()) return read;
    auto end = wal_end(std::move(bytes), path, is_last);
    if (!end) return IOStatus::Corruption(end.error().message);
    *file = std::make_unique<ReadLog>(std::move(*file), *end);
    return opened;
  }

  // Not a log in the sense of this file: what RocksDB tells of itself.
  IOStatus NewLogger(const std::string& path, const IOOptions& options,
                     std::shared_ptr<rocksdb::Logger>* log, IODebugContext* debug) override {
    if (!fills_) return target()->NewLogger(path, options, log, debug);
    *log = open_info_log(path);
    return IOStatus::OK();
  }

 private:
  static constexpr std::size_t kPiece = 1 << 20;
  static constexpr std::size_t kBeginning = 4096;

  IOStatus read_all(const std::string& path, const FileOptions& options, std::string& bytes) {
    return read(path, options, std::numeric_limits<std::size_t>::max(), bytes);
  }

  /// The beginning of a file, of that many bytes at most.
  IOStatus read(const std::string& path, const FileOptions& options, std::size_t most,
                std::string& bytes) {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    IOStatus status = target()->NewSequentialFile(path, options, &file, nullptr);
    const auto piece = std::make_unique<char[]>(std::min(most, kPiece));
    while (status.ok() && bytes.size() < most) {
      Slice got;
      std::size_t length = std::min(most - bytes.size(), kPiece);
      status = file->Read(length, options.io_options, &got, piece.get(), nullptr);
      if (!status.ok() || got.empty()) break;
      bytes.append(got.data(), got.size());
    }
    return status;
  }

  /// Whether none of the logs after this one was written to.
  IOStatus look_after(const std::string& path, const FileOptions& options, bool& is_last) {
    const std::string directory = path.substr(0, path.rfind('/'));
    std::vector<std::string> names;
    IOStatus status = target()->GetChildren(directory, options.io_options, &names, nullptr);
    for (const std::string& name : names) {
      if (!is_log(name) || number_of(name) <= number_of(path)) continue;
      std::string beginning;
      if (status.ok()) status = read(directory + '/' + name, options, kBeginning, beginning);
      if (!is_zero(beginning)) is_last = false;
    }
    return status;
  }

  const bool fills_;
};

}  // namespace

std::string damaged_log(const std::string& path, std::uint64_t at) {
  return std::string(kWalDoubt) + ' ' + path + " is damaged at byte " + std::to_string(at);
}

std::string find_damaged_log(const std::string& path) {
  std::error_code error;
  for (const auto& each : std::filesystem::directory_iterator(path, error)) {
    const std::string log = each.path();
    if (!is_log(log)) continue;
    std::ifstream file(log, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    bytes.resize(bytes.find_last_not_of('\0') + 1);  // npos + 1 is 0
    auto at = WalBytes(std::move(bytes)).each_record([](std::string_view, bool) {});
    if (at) return damaged_log(log, *at);
  }
  return "";
}

std::unique_ptr<rocksdb::Env> env_with_log_files(std::shared_ptr<rocksdb::FileSystem> files) {
  const bool fills = files == nullptr;
  if (!files) files = rocksdb::FileSystem::Default();
  return rocksdb::NewCompositeEnv(std::make_shared<LogFiles>(std::move(files), fills));
}

}  // namespace jobledger::ledger
