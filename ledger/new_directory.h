#pragma once

#include <string>

#include "ledger/result.h"

namespace jobledger::ledger {

/// A data directory in the making, for work that takes long and may be interrupted: all of it is
/// done in a folder of the directory, and comes to its place at the end. Until then no store opens
/// the directory, so that half a ledger is never taken for a whole one.
class NewDirectory {
 public:
  /// `path` is missing or empty; else it stays untouched, and the Failure says so.
  static Result<NewDirectory> begin(const std::string& path);
  /// Without `finish`, takes away what was made.
  ~NewDirectory();
  NewDirectory(NewDirectory&& other) noexcept;
  NewDirectory& operator=(NewDirectory&&) = delete;

  /// Where to open the store meanwhile.
  std::string workshop() const;
  /// To be called once that store is closed.
  Status finish();

  /// Why the directory at this path must not be opened; empty if nothing speaks against it.
  static std::string unfinished(const std::string& path);

 private:
  NewDirectory(std::string path, bool made) : path_(std::move(path)), made_(made) {}

  std::string path_;  ///< empty: nothing is left to do
  bool made_ = false;
};

}  // namespace jobledger::ledger
