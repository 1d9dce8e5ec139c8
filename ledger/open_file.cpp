#include "ledger/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "ledger/running_hash.h"

namespace jobledger::ledger {
namespace {

constexpr std::size_t kPiece = 1 << 20;

Failure failure(const std::string& what, int error) {
  return {what + ": " + std::generic_category().message(error)};
}

/// A file that is being made.
class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)),
        error_(descriptor_ < 0 ? errno : 0) {}
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NewFile(const NewFile&) = delete;

  Status opened() const {
    if (descriptor_ >= 0) return ok();
    return failure("cannot make the file " + path_, error_);
  }

  Status add(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failure("cannot write the file " + path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ok();
  }

  Status finish() {
    if (::fsync(descriptor_) != 0)
      return failure("cannot make the file " + path_ + " durable", errno);
    // Whoever reads it next is to see what the disk has, not what memory still knows.
    ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
    int closed = ::close(std::exchange(descriptor_, -1));
    if (closed != 0) return failure("cannot write the file " + path_, errno);
    return ok();
  }

 private:
  std::string path_;
  int descriptor_;
  int error_;
};

}  // namespace

Result<OpenFile> OpenFile::open(const std::string& path, bool* is_gone) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  int error = errno;
  if (is_gone) *is_gone = descriptor < 0 && error == ENOENT;
  if (descriptor < 0) return failure("cannot read the file " + path, error);
  return OpenFile(path, descriptor);
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Result<std::uint64_t> OpenFile::size() const {
  struct stat facts {};
  if (::fstat(descriptor_, &facts) != 0) return failure("cannot look at " + path_, errno);
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<std::string> OpenFile::read(std::uint64_t most) const {
  auto all = size();
  if (!all) return all.error();
  std::string bytes;
  bytes.reserve(std::min(*all, most));
  Status read = scan(0, std::min(*all, most), [&](std::string_view piece) {
    bytes += piece;
    return ok();
  });
  if (!read) return read.error();
  return bytes;
}

Result<std::string> OpenFile::read_from(std::uint64_t begin) const {
  auto all = size();
  if (!all) return all.error();
  std::string bytes;
  Status read = scan(begin, *all, [&](std::string_view piece) {
    bytes += piece;
    return ok();
  });
  if (!read) return read.error();
  return bytes;
}

Status OpenFile::scan(std::uint64_t size,
                      const std::function<Status(std::string_view)>& take) const {
  return scan(0, size, take);
}

Status OpenFile::scan(std::uint64_t begin, std::uint64_t end,
                      const std::function<Status(std::string_view)>& take) const {
  if (begin >= end) return ok();
  const auto buffer = std::make_unique<char[]>(std::min<std::uint64_t>(end - begin, kPiece));
  for (std::uint64_t at = begin; at < end;) {
    std::size_t wanted = std::min<std::uint64_t>(end - at, kPiece);
    ssize_t got = ::pread(descriptor_, buffer.get(), wanted, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("cannot read the file " + path_, errno);
    if (got == 0) {
      return Failure{"the file " + path_ + " ends at byte " + std::to_string(at) +
                     ", and has to have " + std::to_string(end)};
    }
    at += static_cast<std::uint64_t>(got);
    if (Status taken = take({buffer.get(), static_cast<std::size_t>(got)}); !taken) return taken;
  }
  return ok();
}

Result<Sha256> copy_file(const OpenFile& from, std::uint64_t size, const std::string& to,
                         const BytesDone& done) {
  NewFile file(to);
  if (Status opened = file.opened(); !opened) return opened.error();
  RunningHash hash;
  Status copied = from.scan(size, [&](std::string_view piece) {
    hash.add(piece);
    Status added = file.add(piece);
    if (done) done(piece.size());
    return added;
  });
  if (copied) copied = file.finish();
  if (!copied) return copied.error();
  return hash.finish();
}

Result<Sha256> write_new_file(const std::string& path, std::string_view bytes) {
  NewFile file(path);
  Status written = file.opened();
  if (written) written = file.add(bytes);
  if (written) written = file.finish();
  if (!written) return written.error();
  RunningHash hash;
  hash.add(bytes);
  return hash.finish();
}

Result<Sha256> hash_file(const OpenFile& file, std::uint64_t size, const BytesDone& done) {
  RunningHash hash;
  Status read = file.scan(size, [&](std::string_view piece) {
    hash.add(piece);
    if (done) done(piece.size());
    return ok();
  });
  if (!read) return read.error();
  return hash.finish();
}

}  // namespace jobledger::ledger
