#include "daemon/notify.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>
#include <system_error>

#include "daemon/logging.h"

namespace jobledger::daemon::notify {
namespace {

constexpr std::chrono::microseconds kExtension = std::chrono::minutes(1);
/// How long the daemon waits for a service manager that is behind with its reading.
constexpr timeval kPatience{10, 0};

/// What is told again soon need not wait for room; its place is taken by what comes next.
enum class News { told_once, told_again };

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// False with errno set.
bool send_to(std::string_view path, std::string_view state, News news) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';  // a name in no file system
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const int flags = MSG_NOSIGNAL | (news == News::told_again ? MSG_DONTWAIT : 0);
  const ssize_t sent = ::sendto(socket, state.data(), state.size(), flags,
                                reinterpret_cast<const sockaddr*>(&address), size);
  const int failed = errno;
  ::close(socket);
  errno = failed;
  return sent >= 0 || (news == News::told_again && failed == EAGAIN);
}

void tell(const std::string& state, News news) {
  const std::string_view path = variable("NOTIFY_SOCKET");
  if (path.empty() || send_to(path, state, news)) return;
  const int failed = errno;
  static std::atomic<bool> told{false};
  if (told.exchange(true)) return;  // it would fail so again, twice a minute
  log::warn("the service manager cannot be told how the daemon is",
            {{"socket", path}, {"why", std::generic_category().message(failed)}});
}

/// The clock that systemd compares it with.
std::int64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void starting(const std::string& what) {
  tell("STATUS=" + what + "\nEXTEND_TIMEOUT_USEC=" + std::to_string(kExtension.count()),
       News::told_again);
}

void ready(const std::string& what) {
  tell("READY=1\nSTATUS=" + what, News::told_once);
}

void reloading() {
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()), News::told_once);
}

void stopping() {
  tell("STOPPING=1\nSTATUS=stopping", News::told_once);
}

void alive() {
  tell("WATCHDOG=1", News::told_again);
}

// WATCHDOG_PID tells whom the time is meant for, as a child inherits the variables.
std::optional<std::chrono::microseconds> watchdog_time() {
  const auto time = number_in(variable("WATCHDOG_USEC"));
  const std::string_view pid = variable("WATCHDOG_PID");
  if (!time || *time <= 0) return std::nullopt;
  if (!pid.empty() && number_in(pid) != ::getpid()) return std::nullopt;
  return std::chrono::microseconds(*time);
}

}  // namespace jobledger::daemon::notify
