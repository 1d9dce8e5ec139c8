#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/backup/record.h"
#include "ledger/result.h"

namespace jobledger::daemon::backup {

// The directory that backups of one ledger stand in, each in a folder with a number for a name:
// `000001`, `000002`, … One that is being made has `.part` behind its number, and so has one that
// was not finished.

inline constexpr const char* kPart = ".part";

/// The names of the backups there, oldest first. A Failure if the directory cannot be read.
ledger::Result<std::vector<std::string>> backups_in(const std::string& shelf);

/// The path of a backup: `from` itself if it is one; else the one of that number in it, or the
/// newest. A Failure says what there is instead.
ledger::Result<std::string> find_backup(const std::string& from,
                                        std::optional<std::uint64_t> number);

/// Whether a path, there or not, is the directory or leads into it.
bool is_inside(const std::string& path, const std::string& directory);

/// The directory for whoever adds to it: made if it is missing, open to its owner alone, and locked
/// as long as this is there. Whatever another has left unfinished is taken away.
class OwnedShelf {
 public:
  static ledger::Result<OwnedShelf> open(const std::string& path);
  ~OwnedShelf();
  OwnedShelf(OwnedShelf&& other) noexcept;
  OwnedShelf& operator=(OwnedShelf&&) = delete;

  const std::string& path() const { return path_; }
  /// The name of the backup after the last.
  ledger::Result<std::string> next_name() const;
  /// The newest one; nullopt if there is none.
  ledger::Result<std::optional<Record>> newest() const;

 private:
  OwnedShelf(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

}  // namespace jobledger::daemon::backup
