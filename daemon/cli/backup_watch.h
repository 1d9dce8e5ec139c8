#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/backup/watch.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/progress.h"

namespace jobledger::daemon::cli {

/// Long work of a backup on the terminal: a bar for each part of it, notes as lines.
class BackupWatch {
 public:
  explicit BackupWatch(Console console);

  const backup::Watch& watch() const { return watch_; }

 private:
  std::unique_ptr<Progress> progress_;
  backup::Watch watch_;
};

/// `85.3 MiB`.
std::string size_text(std::uint64_t bytes);

}  // namespace jobledger::daemon::cli
