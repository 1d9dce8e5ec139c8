#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/http_client.h"
#include "ledger/checkpoint.h"
#include "ledger/signed_note.h"

namespace jobledger::daemon::cli {

/// Holds what a ledger has signed before against what it signs now, as a follower does each time it
/// comes back: a ledger only ever goes on.
class HistoryWatch {
 public:
  /// `file` keeps the last checkpoint from run to run; empty: only while it lives. With keys, only
  /// what one of them has signed is believed.
  HistoryWatch(const Remote& remote, std::string file, std::vector<ledger::VerifierKey> keys)
      : remote_(remote), file_(std::move(file)), keys_(std::move(keys)) {}

  /// Takes the checkpoint that is kept in the file, if it is there. A Failure if it is none.
  ledger::Status begin();
  /// Why what the ledger says now cannot come after what it said before; empty if it can, or if
  /// that cannot be told now: then what was before stays, and the next look tells. A Failure if the
  /// file cannot be written.
  ledger::Result<std::string> look();
  /// How many looks in a row could not tell.
  int untold() const { return untold_; }

 private:
  /// nullopt if it cannot be told now.
  std::optional<std::string> compare(const ledger::Checkpoint& now) const;

  const Remote& remote_;
  const std::string file_;
  const std::vector<ledger::VerifierKey> keys_;
  std::optional<ledger::Checkpoint> before_;
  int untold_ = 0;
};

}  // namespace jobledger::daemon::cli
