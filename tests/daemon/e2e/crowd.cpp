#include "crowd.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace jobledger::daemon::e2e {

void Crowd::allow_many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Crowd::~Crowd() {
  leave();
}

void Crowd::join(std::size_t count) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port_);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (std::size_t i = 0; i < count; ++i) {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int few = 4096;  // so that what is not read stays with the daemon
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      std::string why = std::strerror(errno);
      if (socket >= 0) ::close(socket);
      throw std::runtime_error("after " + std::to_string(size()) + " connections: " + why);
    }
    sockets_.push_back(socket);
  }
}

std::size_t Crowd::send(std::size_t which, std::string_view bytes) {
  ssize_t sent = ::send(sockets_[which], bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

std::uint64_t Crowd::send_each(std::string_view bytes) {
  std::uint64_t sent = 0;
  for (std::size_t i = 0; i < size(); ++i) sent += send(i, bytes);
  return sent;
}

std::size_t Crowd::closed() {
  std::size_t closed = 0;
  std::array<char, 64 * 1024> bytes;
  for (int socket : sockets_) {
    ssize_t got;
    while ((got = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0) continue;
    closed += got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }
  return closed;
}

std::size_t Crowd::answered() const {
  std::size_t answered = 0;
  for (int socket : sockets_) {
    pollfd ready{socket, POLLIN, 0};
    answered += ::poll(&ready, 1, 0) == 1;
  }
  return answered;
}

int Crowd::status_of(std::size_t which) {
  std::array<char, 4096> bytes;
  std::string head;
  while (head.size() < 12) {
    pollfd ready{sockets_[which], POLLIN, 0};
    if (::poll(&ready, 1, 120'000) == 0) throw std::runtime_error("no answer: " + head);
    ssize_t got = ::recv(sockets_[which], bytes.data(), bytes.size(), 0);
    if (got <= 0) return 0;
    head.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return std::stoi(head.substr(9, 3));
}

void Crowd::leave() {
  for (int socket : sockets_) ::close(socket);
  sockets_.clear();
}

}  // namespace jobledger::daemon::e2e
