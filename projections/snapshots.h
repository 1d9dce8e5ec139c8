#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "ledger/store.h"
#include "projections/checked_chunks.h"
#include "projections/state.h"

namespace jobledger::projections {

/// What a save asks for.
struct SaveHooks {
  /// Called once all is written, to wait until that version is durable; false gives the snapshot
  /// up.
  std::function<bool(std::uint64_t)> durable = [](std::uint64_t) { return true; };
  /// Called after each chunk that was written, with nothing locked; false gives the snapshot up.
  std::function<bool()> go_on = [] { return true; };
};

/// Stores the state as of a version, and loads the newest that is whole.
///
/// Rows: 'h' version -> the head: version, hash of the last entry, and for each projection its
/// name, format and the names and checksums of its chunks; and what its program knew. 's'
/// projection '/' chunk -> a settled chunk, shared by all later snapshots. 'f' version projection
/// '/' chunk -> a chunk of one snapshot.
class Snapshots {
 public:
  explicit Snapshots(ledger::Store& store) : store_(store) {}

  /// Saves the head of the state, and gives its version.
  ledger::Result<std::uint64_t> save(State& state, const SaveHooks& hooks = {});

  /// Loads the newest good one into a new state; nullopt if there is none. `report` is told why
  /// one was passed over.
  std::optional<std::uint64_t> load(State& state,
                                    const std::function<void(const std::string&)>& report);

  /// The version of the newest one saved or loaded, 0 if there is none.
  std::uint64_t newest() const { return newest_; }

  /// Forgets all snapshots.
  ledger::Status erase_all();

 private:
  ledger::Status erase_but(std::uint64_t version, std::uint64_t previous);

  ledger::Store& store_;
  std::map<std::string, std::string, std::less<>> settled_;  ///< key -> checksum, of those stored
  std::uint64_t newest_ = 0;
};

/// The head of the newest snapshot, with a doubt if it cannot be one of the log or of these
/// projections; nullopt if there is none. An older one is never better than a doubt about the
/// newer.
ledger::Result<std::optional<HeadRow>> newest_head(const ledger::Store& store, State& state);

/// The digests of every projection's state at the head, the same however the state came about:
/// under its name that of what a snapshot has, and under `NAME (derived)` that of what `derive`
/// makes again from it. The fold is to stand still meanwhile.
std::map<std::string, std::string> digests(State& state);

}  // namespace jobledger::projections
