#pragma once

#include <optional>
#include <string>

#include "daemon/cli/worker/backoff.h"
#include "daemon/cli/worker/claim.h"
#include "daemon/cli/worker/command.h"
#include "daemon/cli/worker/journal.h"
#include "daemon/cli/worker/poller.h"
#include "daemon/cli/worker/signals.h"
#include "daemon/cli/worker/worker.h"

namespace jobledger::daemon::cli::worker {

/// Attends to a command while it runs: heartbeats, its progress, and what ends it before its time.
class Attendance {
 public:
  enum class Verdict {
    by_itself,
    stopped,      ///< the daemon asked for it
    lost,         ///< the job is no longer ours
    interrupted,  ///< the worker is to end at once
  };

  Attendance(const Options& options, const Claim& claim, Command& command, Poller& poller,
             Signals& signals, Journal& journal);

  /// Until the command has ended, and nothing is on its way to the daemon.
  Verdict attend();

 private:
  void act();
  void send_heartbeat();
  void send_progress(double progress);
  void heard(const ledger::Result<Answer>& answer, bool heartbeat);
  void lose(const Answer& answer);
  void stop(const std::string& by);
  void heed_signals();
  void doom(Verdict verdict);
  Clock::time_point next_deed() const;

  const Options& options_;
  const Claim& claim_;
  Command& command_;
  Poller& poller_;
  Signals& signals_;
  Journal& journal_;
  const Clock::duration interval_;
  Clock::time_point next_heartbeat_;
  Clock::time_point not_before_;  ///< what is sent, after a failure
  std::optional<double> progress_;
  std::optional<Clock::time_point> kill_at_;
  Verdict verdict_ = Verdict::by_itself;
  Backoff backoff_;
  int signals_heeded_ = 0;
};

}  // namespace jobledger::daemon::cli::worker
