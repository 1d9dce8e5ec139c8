#include "tests/support/simulated_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace jobledger::tests {

using rocksdb::FileOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Options = SimulatedFiles::Options;
using Debug = SimulatedFiles::Debug;
using FilePtr = SimulatedDisk::FilePtr;

namespace {

class Lock final : public rocksdb::FileLock {
 public:
  explicit Lock(std::string locked) : path(std::move(locked)) {}
  const std::string path;
};

class NoLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::string trimmed(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

IOStatus missing(const std::string& path) {
  return IOStatus::PathNotFound(path, "No such file or directory");
}

}  // namespace

class SimulatedWritable final : public rocksdb::FSWritableFile {
 public:
  SimulatedWritable(SimulatedFiles& files, std::string path, FilePtr file)
      : files_(files), path_(std::move(path)), file_(std::move(file)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& bytes, const Options&, Debug*) override {
    return files_.append(path_, *file_, bytes);
  }
  IOStatus Truncate(std::uint64_t size, const Options&, Debug*) override {
    return files_.change(DiskOperation::write, path_, [&] {
      file_->bytes.resize(size);
      file_->synced = std::min<std::size_t>(file_->synced, size);
    });
  }
  IOStatus Flush(const Options&, Debug*) override { return IOStatus::OK(); }
  IOStatus Close(const Options&, Debug*) override { return IOStatus::OK(); }
  IOStatus Sync(const Options&, Debug*) override {
    return files_.change(DiskOperation::sync, path_, [&] { files_.disk_.sync(*file_); });
  }
  std::uint64_t GetFileSize(const Options&, Debug*) override {
    std::lock_guard lock(files_.mutex_);
    return file_->bytes.size();
  }
  bool IsSyncThreadSafe() const override { return true; }

 private:
  SimulatedFiles& files_;
  const std::string path_;
  const FilePtr file_;
};

/// Both kinds of files to be read.
class SimulatedReadable final : public rocksdb::FSRandomAccessFile,
                                public rocksdb::FSSequentialFile {
 public:
  SimulatedReadable(SimulatedFiles& files, std::string path, FilePtr file)
      : files_(files), path_(std::move(path)), file_(std::move(file)) {}

  IOStatus Read(std::uint64_t offset, std::size_t length, const Options&, Slice* result,
                char* scratch, Debug*) const override {
    return files_.read(path_, *file_, offset, length, result, scratch);
  }
  IOStatus Read(std::size_t length, const Options&, Slice* result, char* scratch, Debug*) override {
    IOStatus status = files_.read(path_, *file_, at_, length, result, scratch);
    if (status.ok()) at_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t length) override {
    at_ += length;
    return IOStatus::OK();
  }
  bool use_direct_io() const override { return false; }
  std::size_t GetRequiredBufferAlignment() const override { return rocksdb::kDefaultPageSize; }
  IOStatus InvalidateCache(std::size_t, std::size_t) override { return IOStatus::OK(); }
  rocksdb::Temperature GetTemperature() const override { return rocksdb::Temperature::kUnknown; }

 private:
  SimulatedFiles& files_;
  const std::string path_;
  const FilePtr file_;
  std::uint64_t at_ = 0;
};

class SimulatedDirectory final : public rocksdb::FSDirectory {
 public:
  SimulatedDirectory(SimulatedFiles& files, std::string path)
      : files_(files), path_(std::move(path)) {}
  IOStatus Fsync(const Options&, Debug*) override {
    return files_.change(DiskOperation::sync_directory, path_,
                         [&] { files_.disk_.sync_directory(path_); });
  }

 private:
  SimulatedFiles& files_;
  const std::string path_;
};

const char* name_of(DiskOperation operation) {
  switch (operation) {
    case DiskOperation::write:
      return "write";
    case DiskOperation::sync:
      return "sync";
    case DiskOperation::create:
      return "create";
    case DiskOperation::rename:
      return "rename";
    case DiskOperation::remove:
      return "remove";
    case DiskOperation::sync_directory:
      return "sync of a directory";
    case DiskOperation::read:
      return "read";
  }
  return "?";
}

IOStatus no_space() {
  return IOStatus::NoSpace("simulated", "No space left on device");
}

IOStatus io_error() {
  return IOStatus::IOError("simulated", "Input/output error");
}

SimulatedDisk SimulatedFiles::after(Crash crash, std::mt19937_64& random) const {
  std::lock_guard lock(mutex_);
  return disk_.after(crash, random);
}

bool SimulatedFiles::has_synced_logs() const {
  std::lock_guard lock(mutex_);
  return disk_.has_synced_logs();
}

void SimulatedFiles::add(Fault fault) {
  std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void SimulatedFiles::clear_faults() {
  std::lock_guard lock(mutex_);
  faults_.clear();
}

std::uint64_t SimulatedFiles::failed() const {
  std::lock_guard lock(mutex_);
  return failed_;
}

std::uint64_t SimulatedFiles::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

void SimulatedFiles::watch(Watcher watcher) {
  std::lock_guard lock(watcher_mutex_);
  watcher_ = std::move(watcher);
}

std::optional<Fault> SimulatedFiles::fault_of(DiskOperation operation, const std::string& path) {
  const bool changes = operation != DiskOperation::read;
  if (changes) {
    std::lock_guard lock(watcher_mutex_);
    if (watcher_) watcher_(operation, path);
  }
  std::lock_guard lock(mutex_);
  changes_ += changes;
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (fault->operation != operation || !path.ends_with(fault->only)) continue;
    if (fault->after > 0) {
      --fault->after;
      continue;
    }
    ++failed_;
    Fault found = *fault;
    if (!fault->lasts) faults_.erase(fault);
    return found;
  }
  return std::nullopt;
}

IOStatus SimulatedFiles::change(DiskOperation operation, const std::string& path,
                                const std::function<void()>& work) {
  if (auto fault = fault_of(operation, path)) return fault->status;
  std::lock_guard lock(mutex_);
  work();
  return IOStatus::OK();
}

IOStatus SimulatedFiles::append(const std::string& path, SimulatedDisk::File& file,
                                const Slice& bytes) {
  auto fault = fault_of(DiskOperation::write, path);
  std::lock_guard lock(mutex_);
  std::size_t length = bytes.size();
  if (fault) {  // up to the end of some sector
    std::size_t end = file.bytes.size() + length * fault->percent / 100;
    end = end / SimulatedDisk::kSector * SimulatedDisk::kSector;
    length = end - std::min(end, file.bytes.size());
  }
  file.bytes.append(bytes.data(), length);
  return fault ? fault->status : IOStatus::OK();
}

IOStatus SimulatedFiles::read(const std::string& path, const SimulatedDisk::File& file,
                              std::uint64_t offset, std::size_t length, Slice* result,
                              char* scratch) {
  *result = Slice(scratch, 0);
  if (auto fault = fault_of(DiskOperation::read, path)) return fault->status;
  std::lock_guard lock(mutex_);
  if (offset >= file.bytes.size()) return IOStatus::OK();
  length = std::min(length, file.bytes.size() - static_cast<std::size_t>(offset));
  std::memcpy(scratch, file.bytes.data() + offset, length);
  *result = Slice(scratch, length);
  return IOStatus::OK();
}

FilePtr SimulatedFiles::find(const std::string& path) const {
  std::lock_guard lock(mutex_);
  return disk_.find(trimmed(path));
}

IOStatus SimulatedFiles::NewSequentialFile(const std::string& path, const FileOptions&,
                                           std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                           Debug*) {
  FilePtr found = find(path);
  if (!found) return missing(path);
  *file = std::make_unique<SimulatedReadable>(*this, path, std::move(found));
  return IOStatus::OK();
}

IOStatus SimulatedFiles::NewRandomAccessFile(const std::string& path, const FileOptions&,
                                             std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                             Debug*) {
  FilePtr found = find(path);
  if (!found) return missing(path);
  *file = std::make_unique<SimulatedReadable>(*this, path, std::move(found));
  return IOStatus::OK();
}

IOStatus SimulatedFiles::NewWritableFile(const std::string& path, const FileOptions&,
                                         std::unique_ptr<rocksdb::FSWritableFile>* file, Debug*) {
  FilePtr made;
  IOStatus status =
      change(DiskOperation::create, path, [&] { made = disk_.create(trimmed(path)); });
  if (status.ok()) *file = std::make_unique<SimulatedWritable>(*this, path, std::move(made));
  return status;
}

IOStatus SimulatedFiles::NewDirectory(const std::string& path, const Options&,
                                      std::unique_ptr<rocksdb::FSDirectory>* directory, Debug*) {
  *directory = std::make_unique<SimulatedDirectory>(*this, trimmed(path));
  return IOStatus::OK();
}

IOStatus SimulatedFiles::FileExists(const std::string& path, const Options&, Debug*) {
  return find(path) ? IOStatus::OK() : IOStatus::NotFound(path);
}

IOStatus SimulatedFiles::GetChildren(const std::string& directory, const Options&,
                                     std::vector<std::string>* names, Debug*) {
  if (!find(directory)) return IOStatus::NotFound(directory);
  std::lock_guard lock(mutex_);
  *names = disk_.names_in(trimmed(directory));
  return IOStatus::OK();
}

IOStatus SimulatedFiles::DeleteFile(const std::string& path, const Options&, Debug*) {
  if (!find(path)) return missing(path);
  return change(DiskOperation::remove, path, [&] { disk_.remove(trimmed(path)); });
}

IOStatus SimulatedFiles::CreateDir(const std::string& path, const Options&, Debug*) {
  if (find(path)) return IOStatus::IOError(path, "File exists");
  return change(DiskOperation::create, path, [&] { disk_.create(trimmed(path), true); });
}

IOStatus SimulatedFiles::CreateDirIfMissing(const std::string& path, const Options& options,
                                            Debug* debug) {
  return find(path) ? IOStatus::OK() : CreateDir(path, options, debug);
}

IOStatus SimulatedFiles::DeleteDir(const std::string& path, const Options& options, Debug* debug) {
  return DeleteFile(path, options, debug);
}

IOStatus SimulatedFiles::GetFileSize(const std::string& path, const Options&, std::uint64_t* size,
                                     Debug*) {
  FilePtr found = find(path);
  if (!found) return missing(path);
  std::lock_guard lock(mutex_);
  *size = found->bytes.size();
  return IOStatus::OK();
}

IOStatus SimulatedFiles::GetFileModificationTime(const std::string& path, const Options&,
                                                 std::uint64_t* time, Debug*) {
  *time = 0;
  return find(path) ? IOStatus::OK() : missing(path);
}

IOStatus SimulatedFiles::RenameFile(const std::string& from, const std::string& to, const Options&,
                                    Debug*) {
  if (!find(from)) return missing(from);
  return change(DiskOperation::rename, to, [&] { disk_.rename(trimmed(from), trimmed(to)); });
}

IOStatus SimulatedFiles::LockFile(const std::string& path, const Options&, rocksdb::FileLock** lock,
                                  Debug*) {
  std::lock_guard guard(mutex_);
  if (!locks_.insert(path).second) return IOStatus::IOError("lock hold by current process", path);
  *lock = std::make_unique<Lock>(path).release();
  return IOStatus::OK();
}

IOStatus SimulatedFiles::UnlockFile(rocksdb::FileLock* lock, const Options&, Debug*) {
  std::unique_ptr<Lock> held(static_cast<Lock*>(lock));
  std::lock_guard guard(mutex_);
  locks_.erase(held->path);
  return IOStatus::OK();
}

IOStatus SimulatedFiles::GetTestDirectory(const Options&, std::string* path, Debug*) {
  *path = "/test";
  return IOStatus::OK();
}

IOStatus SimulatedFiles::NewLogger(const std::string&, const Options&,
                                   std::shared_ptr<rocksdb::Logger>* logger, Debug*) {
  *logger = std::make_shared<NoLogger>();
  return IOStatus::OK();
}

IOStatus SimulatedFiles::GetAbsolutePath(const std::string& path, const Options&,
                                         std::string* absolute, Debug*) {
  *absolute = path;
  return IOStatus::OK();
}

IOStatus SimulatedFiles::IsDirectory(const std::string& path, const Options&, bool* is_directory,
                                     Debug*) {
  FilePtr found = find(path);
  *is_directory = found && found->is_directory;
  return found ? IOStatus::OK() : missing(path);
}

}  // namespace jobledger::tests
