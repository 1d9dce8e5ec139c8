#pragma once

#include <string>
#include <string_view>

namespace jobledger::fuzz {

/// A file in memory that has a path, for what reads files. One is enough for a process.
class MemoryFile {
 public:
  MemoryFile();
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// What it holds from now on.
  void set(std::string_view bytes);
  const std::string& path() const { return path_; }

 private:
  int file_;
  std::string path_;
};

}  // namespace jobledger::fuzz
