#include "notify_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace jobledger::daemon::e2e {

NotifySocket::NotifySocket(const std::string& path)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0) {
    throw std::runtime_error("no socket at " + path);
  }
  const timeval patience{60, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

NotifySocket::~NotifySocket() {
  ::close(socket_);
}

std::string NotifySocket::next() {
  char bytes[4096];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count < 0) throw std::runtime_error("the daemon does not tell how it is");
  return std::string(bytes, static_cast<std::size_t>(count));
}

std::string NotifySocket::next_state() {
  std::string message;
  do message = next();
  while (message == "WATCHDOG=1");
  return message;
}

}  // namespace jobledger::daemon::e2e
