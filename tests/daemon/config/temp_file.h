#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace jobledger::tests {

/// A file of its own in the temporary directory, gone at the end.
class TempFile {
 public:
  explicit TempFile(std::string_view content = "") {
    std::string name = (std::filesystem::temp_directory_path() / "jobledger-test-XXXXXX").string();
    int descriptor = mkstemp(name.data());
    if (descriptor >= 0) close(descriptor);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace jobledger::tests
