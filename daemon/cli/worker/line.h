#pragma once

#include <functional>
#include <optional>
#include <string>

#include "daemon/cli/worker/backoff.h"
#include "daemon/cli/worker/journal.h"
#include "daemon/cli/worker/poller.h"
#include "daemon/cli/worker/signals.h"
#include "ledger/ids.h"

namespace jobledger::daemon::cli::worker {

/// Whether an answer says no more than that the daemon cannot for now: the request is to be
/// repeated.
bool is_for_now(const ledger::Result<Answer>& answer);
/// Why, in a line.
std::string why_not(const ledger::Result<Answer>& answer);

/// Requests that must be answered: repeated, with the same Idempotency-Key, until they are.
class Line {
 public:
  Line(Poller& poller, Signals& signals, Journal& journal)
      : poller_(poller), signals_(signals), journal_(journal) {}

  /// The answer, whatever it says; nullopt once `is_over`, which is asked whenever anything
  /// happens.
  std::optional<Answer> insist(const Request& request, const std::function<bool()>& is_over);

  /// An Idempotency-Key that nobody has used.
  std::string new_key();

  /// How long to wait before a request that got this answer is repeated.
  static std::chrono::milliseconds pause(const ledger::Result<Answer>& answer, Backoff& backoff);

 private:
  /// Until the request is answered, or the pause is over, or `is_over`.
  void wait(Clock::time_point until, const std::function<bool()>& is_over);

  Poller& poller_;
  Signals& signals_;
  Journal& journal_;
  Backoff backoff_;
  ledger::RandomIds ids_;
};

}  // namespace jobledger::daemon::cli::worker
