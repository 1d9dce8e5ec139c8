#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/simulated_disk.h"

namespace jobledger::tests {

/// What a program asks of a disk.
enum class DiskOperation { write, sync, create, rename, remove, sync_directory, read };
const char* name_of(DiskOperation operation);

/// One operation that fails, or that and all like it from there on.
struct Fault {
  DiskOperation operation = DiskOperation::write;
  std::uint64_t after = 0;  ///< so many of that kind that still come right
  rocksdb::IOStatus status = rocksdb::IOStatus::IOError("simulated");
  bool lasts = false;
  std::string only = "";       ///< count those alone whose path ends so
  std::uint32_t percent = 50;  ///< how much of the bytes of a failed write is written all the same
};
/// An error as the machine's own file system tells it.
rocksdb::IOStatus no_space();
rocksdb::IOStatus io_error();

/// Files in memory, of one process: with a crash go the locks. Thread-safe.
class SimulatedFiles final : public rocksdb::FileSystem {
 public:
  explicit SimulatedFiles(SimulatedDisk disk = {}) : disk_(std::move(disk)) {}
  const char* Name() const override { return "SimulatedFiles"; }

  /// As the next process finds it; may be asked at any time, also by a watcher.
  SimulatedDisk after(Crash crash, std::mt19937_64& random) const;
  bool has_synced_logs() const;

  void add(Fault fault);
  void clear_faults();
  /// How many faults came about so far.
  std::uint64_t failed() const;
  /// How many operations there were that change something.
  std::uint64_t changes() const;

  /// Called before each operation that changes something, on the thread that asks for it, one at a
  /// time; never again once another is set.
  using Watcher = std::function<void(DiskOperation, const std::string& path)>;
  void watch(Watcher watcher);

  using Options = rocksdb::IOOptions;
  using Debug = rocksdb::IODebugContext;
  using IOStatus = rocksdb::IOStatus;
  IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             Debug* debug) override;
  IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               Debug* debug) override;
  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) override;
  IOStatus NewDirectory(const std::string& path, const Options& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory, Debug* debug) override;
  IOStatus FileExists(const std::string& path, const Options& options, Debug* debug) override;
  IOStatus GetChildren(const std::string& directory, const Options& options,
                       std::vector<std::string>* names, Debug* debug) override;
  IOStatus DeleteFile(const std::string& path, const Options& options, Debug* debug) override;
  IOStatus CreateDir(const std::string& path, const Options& options, Debug* debug) override;
  IOStatus CreateDirIfMissing(const std::string& path, const Options& options,
                              Debug* debug) override;
  IOStatus DeleteDir(const std::string& path, const Options& options, Debug* debug) override;
  IOStatus GetFileSize(const std::string& path, const Options& options, std::uint64_t* size,
                       Debug* debug) override;
  IOStatus GetFileModificationTime(const std::string& path, const Options& options,
                                   std::uint64_t* time, Debug* debug) override;
  IOStatus RenameFile(const std::string& from, const std::string& to, const Options& options,
                      Debug* debug) override;
  IOStatus LockFile(const std::string& path, const Options& options, rocksdb::FileLock** lock,
                    Debug* debug) override;
  IOStatus UnlockFile(rocksdb::FileLock* lock, const Options& options, Debug* debug) override;
  IOStatus GetTestDirectory(const Options& options, std::string* path, Debug* debug) override;
  IOStatus NewLogger(const std::string& path, const Options& options,
                     std::shared_ptr<rocksdb::Logger>* logger, Debug* debug) override;
  IOStatus GetAbsolutePath(const std::string& path, const Options& options, std::string* absolute,
                           Debug* debug) override;
  IOStatus IsDirectory(const std::string& path, const Options& options, bool* is_directory,
                       Debug* debug) override;

 private:
  friend class SimulatedWritable;
  friend class SimulatedReadable;
  friend class SimulatedDirectory;

  /// The operation's fault, if it is to have one. It has been watched then.
  std::optional<Fault> fault_of(DiskOperation operation, const std::string& path);
  /// Carries out `work` on the disk, unless the operation is to fail.
  IOStatus change(DiskOperation operation, const std::string& path,
                  const std::function<void()>& work);
  IOStatus append(const std::string& path, SimulatedDisk::File& file, const rocksdb::Slice& bytes);
  IOStatus read(const std::string& path, const SimulatedDisk::File& file, std::uint64_t offset,
                std::size_t length, rocksdb::Slice* result, char* scratch);
  SimulatedDisk::FilePtr find(const std::string& path) const;

  mutable std::mutex mutex_;
  SimulatedDisk disk_;
  std::set<std::string> locks_;
  std::vector<Fault> faults_;
  std::uint64_t failed_ = 0;
  std::uint64_t changes_ = 0;
  std::mutex watcher_mutex_;  ///< before the other
  Watcher watcher_;
};

}  // namespace jobledger::tests
