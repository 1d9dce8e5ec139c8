#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// What the service manager is told of the daemon, by the protocol of sd_notify(3); nothing, if it
/// was not started by one that listens. The protocol is these few lines and stable; libsystemd
/// would bring liblzma and others into a process that holds keys. Any thread.
namespace jobledger::daemon::notify {

/// What the daemon does before it is ready; it may go on for a minute from now, whatever the
/// service allows for a start.
void starting(const std::string& what);
void ready(const std::string& what);
/// To be followed by `ready`.
void reloading();
void stopping();
/// The daemon is well. To be told more often than `watchdog_time`.
void alive();

/// After how long without `alive` the daemon is taken for dead; none if nobody watches.
std::optional<std::chrono::microseconds> watchdog_time();

}  // namespace jobledger::daemon::notify
