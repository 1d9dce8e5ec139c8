#pragma once

#include <filesystem>
#include <string>

namespace jobledger::bench {

/// A data directory that is not there yet, and that goes with the object, with its log.
class DataDir {
 public:
  explicit DataDir(const std::string& below, const std::string& name = "data")
      : path_(below + "/" + name) {
    remove();
  }
  ~DataDir() { remove(); }
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  void remove() {
    std::error_code ignored;  // what cannot be removed is in the way of the next, which says so
    std::filesystem::remove_all(path_, ignored);
    std::filesystem::remove(path_ + ".log", ignored);
  }
  std::string path_;
};

}  // namespace jobledger::bench
