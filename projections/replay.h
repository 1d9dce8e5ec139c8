#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/store.h"
#include "projections/index_map.h"
#include "projections/recovery.h"

namespace jobledger::projections {

struct ReplayRequest {
  std::uint64_t until = 0;             ///< the version at which history ends
  std::vector<std::uint64_t> without;  ///< the entries to leave out, each below `until`
};

/// What came of a command in the replay where it is not what came of it before.
struct Otherwise {
  std::uint64_t index = 0;
  std::optional<std::uint64_t> new_index;  ///< nullopt: it made no entry
  ledger::CommandKind kind = ledger::CommandKind::submit_job;
  std::string was;
  std::string became;
  std::string why;
};

struct LeftOut {
  std::uint64_t index = 0;
  ledger::CommandKind kind = ledger::CommandKind::submit_job;
  std::string was;
};

/// A token entry from after the end of the replayed history.
struct BroughtAlong {
  std::uint64_t index = 0;
  std::uint64_t new_index = 0;
  ledger::CommandKind kind = ledger::CommandKind::create_token;
  ledger::TokenId token;
  std::string name;
};

/// A job that ended elsewhere; `after` is none if it was never created.
struct JobOtherwise {
  ledger::JobId id;
  ledger::JobStatus before = ledger::JobStatus::none;
  ledger::JobStatus after = ledger::JobStatus::none;
};

struct Replay {
  std::uint64_t version = 0;  ///< of the new ledger
  std::string root;           ///< of its hash tree, in hexadecimal
  ledger::TimeMs time = 0;    ///< of the last entry of the replayed history
  IndexMap map;               ///< of the replayed history
  std::uint64_t decided = 0;  ///< how many commands were decided again
  std::vector<LeftOut> left_out;
  std::vector<Otherwise> otherwise;
  std::vector<JobOtherwise> jobs;
  std::vector<BroughtAlong> tokens;
};

/// The version at a time: after the last entry at or before it. A Failure if the time is before the
/// first entry, or an entry cannot be read.
ledger::Result<std::uint64_t> version_at(const ledger::Store& store, ledger::TimeMs time);

/// Fills an empty store with the history of another up to a version, with a snapshot at its end.
///
/// What comes before the first entry that is left out is taken over byte for byte; each command
/// after it is decided again. Tokens that were issued or revoked after that version are at the end,
/// as entries of their own, so that everybody can log in who could, and nobody else. A Failure says
/// why the store must not be used.
ledger::Result<Replay> replay(const ledger::Store& from, ledger::Store& into,
                              const ReplayRequest& request, const RecoveryReport& report);

}  // namespace jobledger::projections
