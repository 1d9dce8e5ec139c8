#pragma once

namespace jobledger::daemon::cli::worker {

/// SIGINT and SIGTERM as something to read. A hang-up of the terminal (SIGHUP) counts as well.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;

  int descriptor() const { return fd_; }
  /// How many came so far.
  int count();

 private:
  int fd_ = -1;
  int count_ = 0;
};

}  // namespace jobledger::daemon::cli::worker
