#pragma once

#include <memory>

#include "ledger/replaying.h"
#include "ledger/store_cursors.h"
#include "ledger/writer.h"
#include "projections/index_map.h"
#include "projections/log_copy.h"

namespace jobledger::projections {

/// Goes on with the copy of a ledger by deciding the rest of its history again, command by command:
/// with the ids, the time and the rules of each entry, and with indexes and versions mapped to
/// those of the copy.
///
/// What no entry tells of did not happen again, either: a claim that found nothing is not repeated,
/// and reports are about the job they named, under the lease they named.
class Redecider {
 public:
  /// `copy` holds what stays as it is, flushed; its state belongs to the redecider from here on.
  Redecider(const ledger::Store& from, ledger::Store& into, LogCopy& copy);

  /// The next entry is left out.
  void leave_out() { map_.gone(); }
  /// Decides the next entry again. The receipt says what came of it, and has its entry if it made
  /// one. A Failure if it cannot be decided, or written.
  ledger::Result<ledger::Receipt> decide(const ledger::Entry& entry);
  /// Writes what was decided so far.
  ledger::Status flush();

  State& state() { return *state_; }
  const IndexMap& map() const { return map_; }

 private:
  ledger::Status adapt(const ledger::Entry& entry, ledger::Command& command);
  ledger::Status keep_redacted(const ledger::Entry& entry);

  const ledger::Store& from_;
  ledger::PayloadCursor payloads_;  ///< of the original
  ledger::Store& into_;
  std::unique_ptr<State> state_;
  ledger::ReplayingClock clock_;
  ledger::ReplayingIds ids_;
  ledger::Writer writer_;
  ledger::PreparedGroup group_;
  IndexMap map_;
};

}  // namespace jobledger::projections
