#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ledger/store.h"
#include "projections/snapshots.h"
#include "projections/state.h"
#include "tests/support/simulated_files.h"

namespace jobledger::tests {

/// The ledger does not do what it promises.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// Throws a Violation unless the promise holds.
void require(bool holds, const std::string& what);

/// What was asked of a ledger before it was opened: the bytes of all entries that were decided, how
/// many of them somebody was told of, and where groups end.
struct Told {
  std::vector<std::string> entries;
  std::uint64_t acknowledged = 0;
  std::set<std::uint64_t> group_ends = {0};
};

/// How much is looked at: `state` leaves out what `jobledger verify` sees beside the rest.
enum class Check { state, all };

/// A ledger as a start makes it from a disk.
struct OpenedLedger {
  std::shared_ptr<SimulatedFiles> files;
  std::unique_ptr<ledger::Store> store;
  std::unique_ptr<projections::Snapshots> snapshots;
  std::unique_ptr<projections::State> state;

  static ledger::Result<OpenedLedger> open(std::shared_ptr<SimulatedFiles> files);

  /// Requires that what was told is there, groups whole or not at all; that projections and hash
  /// tree are those of the log. Gives the number of entries.
  std::uint64_t check(const Told& told, Check check) const;

  /// Everything in the order that it may go in.
  void close();
};

/// A disk with a new ledger.
const SimulatedDisk& new_ledger_disk();

}  // namespace jobledger::tests
