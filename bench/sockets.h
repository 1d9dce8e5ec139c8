#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace jobledger::bench {

/// Throws std::runtime_error that says what failed and why.
[[noreturn]] void fail_errno(const std::string& what);

/// A file descriptor, which is closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) fail_errno("no descriptor");
  }
  ~Descriptor() { close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return number_; }

 private:
  int number_;
};

/// A new connection to the port of 127.0.0.1.
int connect_to(std::uint16_t port);

/// Lets the epoll tell, by this number, when the socket can be read.
void watch(int epoll, int socket, std::uint32_t number);

/// The kernel's clock for what arrives.
using WallTime = std::chrono::system_clock::time_point;

/// Lets the kernel note when what the socket receives arrived.
void stamp_arrivals(int socket);

/// Like recv, without waiting; also when the last of it arrived.
ssize_t receive_stamped(int socket, std::span<char> into, WallTime& arrived);

/// The sockets block for writing: the daemon reads what it is sent before it answers.
void send_all(int socket, const std::string& bytes);

}  // namespace jobledger::bench
