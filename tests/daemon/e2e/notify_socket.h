#pragma once

#include <string>

namespace jobledger::daemon::e2e {

/// A socket on which a daemon tells how it is, as to systemd.
class NotifySocket {
 public:
  /// As NOTIFY_SOCKET has it: a path, or `@` and a name.
  explicit NotifySocket(const std::string& path);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;

  /// The next message. Throws if none comes.
  std::string next();
  /// The next one that is more than a sign of life.
  std::string next_state();

 private:
  int socket_;
};

}  // namespace jobledger::daemon::e2e
