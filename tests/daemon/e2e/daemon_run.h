#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "process.h"
#include "tests/support/temp_dir.h"

namespace jobledger::daemon::http {
class Client;
}
namespace jobledger::tests {
class LedgerFixture;
}

namespace jobledger::daemon::e2e {

class Team;

using Connect = std::function<std::unique_ptr<http::Client>(std::uint16_t port)>;

/// A daemon with a data directory of its own, run as a program on a free port.
class DaemonRun {
 public:
  /// `data_dir` is a path that the ledger is made at; without one it goes with this object.
  explicit DaemonRun(Words flags = {}, Variables variables = {}, const std::string& data_dir = {});
  /// Stops it, and aborts if it does not end well: sanitizers tell of leaks at the end.
  ~DaemonRun();

  /// Starts it again on its directory, with its flags and `more`; it must have ended.
  void start(const Words& more = {});
  /// SIGTERM, and waits: the exit code.
  int stop();
  /// SIGKILL, and waits.
  void kill();
  void signal(int number);
  int wait();
  void restart();
  /// Stops it, has `write` go on with its ledger, and starts it again: for what no request does.
  void write_ledger(const std::function<void(tests::LedgerFixture&)>& write);
  /// The same, on the port that it had: for clients that come back.
  void restart_in_place();

  /// A team of its own, with a token of all scopes that a token usually has.
  Team new_team();
  /// A new token of the team; `more` are further members of the request: `"scopes":"worker"`.
  std::string new_token(const std::string& team, const std::string& more = "");
  Team admin();

  /// How its teams connect from now on, if it is not over plain TCP.
  void set_connect(Connect connect) { connect_ = std::move(connect); }
  std::unique_ptr<http::Client> connect() const;

  const std::string& admin_token() const { return admin_token_; }
  std::string command_line() const { return process_->command_line(); }
  std::uint16_t port() const { return port_; }
  std::uint64_t peak_memory() const { return process_->peak_memory(); }
  const std::string& url() const { return url_; }
  const std::string& data_dir() const { return data_dir_; }
  /// Counts starts: a connection belongs to one.
  int starts() const { return starts_; }
  /// What the present run has said on stderr so far.
  std::string log() const;

 private:
  void start_at(std::uint16_t port, const Words& more);

  tests::TempDir dir_;
  std::string data_dir_;
  Words flags_;
  Variables variables_;
  std::string admin_token_;
  Connect connect_;
  std::unique_ptr<Process> process_;
  std::string url_;
  std::uint16_t port_ = 0;
  int starts_ = 0;
};

/// One that all tests may use that need no settings of their own; each has a team of its own.
DaemonRun& shared_daemon();
Team new_team();
/// Another one, that takes requests of different connections in the order in which they were sent.
DaemonRun& daemon_of_one_thread();

}  // namespace jobledger::daemon::e2e
