#pragma once

#include <cstdint>
#include <string>

#include "tests/support/temp_dir.h"

namespace jobledger::daemon::e2e {

/// A file system in memory that has room for so many bytes. It takes root to make one.
class SmallDisk {
 public:
  explicit SmallDisk(std::uint64_t bytes);
  ~SmallDisk();

  /// Whether one can be made here.
  static bool can_be_made();

  const std::string& path() const { return dir_.path(); }
  /// Leaves room for so many bytes, whatever was left before.
  void leave(std::uint64_t bytes);
  /// As much as there was without `leave`.
  void give_back();

 private:
  std::string ballast() const { return path() + "/ballast"; }

  tests::TempDir dir_;
};

}  // namespace jobledger::daemon::e2e
