#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/command.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// A file that is open for reading: whatever becomes of its name, its bytes stay until this goes.
class OpenFile {
 public:
  /// A Failure says why; `is_gone`, if not null, is set to whether there is no such file.
  static Result<OpenFile> open(const std::string& path, bool* is_gone = nullptr);
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;

  const std::string& path() const { return path_; }
  Result<std::uint64_t> size() const;
  /// All of it, or so many bytes from its beginning.
  Result<std::string> read(std::uint64_t most = ~std::uint64_t{0}) const;
  /// All that is behind so many bytes; nothing if it is shorter.
  Result<std::string> read_from(std::uint64_t begin) const;
  /// Calls `take` with one piece after another of the first `size` bytes, until it gives a Failure.
  /// A file that is shorter is one, too.
  Status scan(std::uint64_t size, const std::function<Status(std::string_view)>& take) const;

 private:
  Status scan(std::uint64_t begin, std::uint64_t end,
              const std::function<Status(std::string_view)>& take) const;
  OpenFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_;  ///< -1 once moved from
};

/// Told of so many bytes more that were worked on.
using BytesDone = std::function<void(std::uint64_t)>;

/// The first `size` bytes of an open file in a new file at `to`, which only its owner can read and
/// which is durable but for its name; and their hash. Where there is no room, or the file cannot be
/// written, a Failure that says so; what was made of it is then the caller's to remove.
Result<Sha256> copy_file(const OpenFile& from, std::uint64_t size, const std::string& to,
                         const BytesDone& done);

/// The same of bytes at hand.
Result<Sha256> write_new_file(const std::string& path, std::string_view bytes);

Result<Sha256> hash_file(const OpenFile& file, std::uint64_t size, const BytesDone& done);

}  // namespace jobledger::ledger
