#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>

namespace jobledger::tests {

/// What a write-ahead log of TightFiles does.
enum class Fails {
  nothing,
  half_way,    ///< a part is written
  at_the_end,  ///< all is written, and told as if it were not
  in_the_sync,
  everywhere,  ///< half way, and no other file can be made
};

/// The machine's files, of which write-ahead logs can run out of room.
class TightFiles final : public rocksdb::FileSystemWrapper {
 public:
  TightFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "TightFiles"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (fails == Fails::everywhere && !path.ends_with(".log")) {
      return rocksdb::IOStatus::NoSpace("the test says so");
    }
    rocksdb::IOStatus made = target()->NewWritableFile(path, options, file, debug);
    if (made.ok() && path.ends_with(".log")) {
      *file = std::make_unique<Log>(std::move(*file), fails);
    }
    return made;
  }

  std::atomic<Fails> fails = Fails::nothing;

 private:
  class Log final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    Log(std::unique_ptr<rocksdb::FSWritableFile> file, std::atomic<Fails>& fails)
        : FSWritableFileOwnerWrapper(std::move(file)), fails_(fails) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (fails_ == Fails::nothing || fails_ == Fails::in_the_sync) {
        return target()->Append(bytes, options, debug);
      }
      std::size_t length = fails_ == Fails::at_the_end ? bytes.size() : bytes.size() / 2;
      rocksdb::IOStatus written =
          target()->Append(rocksdb::Slice(bytes.data(), length), options, debug);
      return written.ok() ? rocksdb::IOStatus::NoSpace("the test says so") : written;
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&,
                             rocksdb::IODebugContext* debug) override {
      return Append(bytes, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (fails_ == Fails::in_the_sync) return rocksdb::IOStatus::NoSpace("the test says so");
      return target()->Sync(options, debug);
    }

   private:
    std::atomic<Fails>& fails_;
  };
};

}  // namespace jobledger::tests
