#include "bench/load.h"

#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "bench/samples.h"
#include "bench/sockets.h"

namespace jobledger::bench {
namespace {

constexpr double kPatience = 30;  // seconds without any answer
constexpr std::size_t kReadAtOnce = 64 * 1024;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

/// The length of the body, by the head of an answer; the daemon always names it.
std::size_t content_length(std::string_view head) {
  std::string_view digits = header_of(head, "Content-Length");
  if (digits.empty()) fail("an answer without Content-Length: " + std::string(head));
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return length;
}

struct Connection {
  Connection(int epoll, std::uint16_t port, std::uint32_t number) : socket(connect_to(port)) {
    watch(epoll, socket, number);
  }

  void ask() {
    begun = Clock::now();
    busy = true;
    send_all(socket, request);
  }

  /// Reads what is there; true once the answer is whole.
  bool receive() {
    if (in.size() < filled + kReadAtOnce) in.resize(2 * in.size() + kReadAtOnce);
    ssize_t got = recv(socket, in.data() + filled, in.size() - filled, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (got < 0) fail_errno("recv");
    if (got == 0) fail("the daemon closed a connection");
    filled += static_cast<std::size_t>(got);
    if (wanted == 0) {
      std::string_view bytes(in.data(), filled);
      std::size_t end = bytes.find("\r\n\r\n");
      if (end == std::string_view::npos) return false;
      head_size = end + 4;
      wanted = head_size + content_length(bytes.substr(0, end + 2));
    }
    if (filled > wanted) fail("more bytes than one answer");
    return filled == wanted;
  }

  Answer answer() const {
    std::string_view bytes(in.data(), filled);
    Answer whole;
    std::from_chars(bytes.data() + 9, bytes.data() + 12, whole.status);
    whole.head = bytes.substr(0, head_size);
    whole.body = bytes.substr(head_size);
    return whole;
  }

  void reset() {
    busy = false;
    filled = wanted = head_size = 0;
  }

  Descriptor socket;
  std::string request;
  Clock::time_point begun;
  bool busy = false;
  std::string in;
  std::size_t filled = 0;
  std::size_t head_size = 0;
  std::size_t wanted = 0;  ///< bytes of the whole answer; 0 while its head is not there
};

class Load {
 public:
  Load(std::uint16_t port, std::size_t connections, Work& work, Bounds bounds)
      : epoll_(epoll_create1(EPOLL_CLOEXEC)), work_(work), bounds_(bounds) {
    for (std::uint32_t i = 0; i < connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(epoll_, port, i));
    }
  }

  Measured run() {
    begun_ = Clock::now();
    for (std::size_t i = 0; i < connections_.size(); ++i) ask(i);
    std::array<epoll_event, 256> events;
    while (busy_ > 0) {
      int ready =
          epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(kPatience) * 1000);
      if (ready < 0 && errno == EINTR) continue;
      if (ready < 0) fail_errno("epoll_wait");
      if (ready == 0) fail("no answer for " + std::to_string(static_cast<int>(kPatience)) + " s");
      for (int i = 0; i < ready; ++i) serve(events[static_cast<std::size_t>(i)].data.u32);
    }
    measured_.requests = measured_.micros.size();
    return std::move(measured_);
  }

 private:
  void ask(std::size_t number) {
    Connection& connection = *connections_[number];
    if (asked_ >= bounds_.requests || seconds_since(begun_) >= bounds_.seconds) return;
    if (!work_.next(number, connection.request)) return;
    ++asked_;
    ++busy_;
    connection.ask();
  }

  void serve(std::size_t number) {
    Connection& connection = *connections_[number];
    if (!connection.receive()) return;
    if (!connection.busy) fail("an answer that nobody asked for");
    measured_.micros.push_back(seconds_since(connection.begun) * 1e6);
    measured_.seconds = seconds_since(begun_);
    --busy_;
    Answer answer = connection.answer();
    std::string wrong = work_.check(number, answer);
    if (!wrong.empty()) {
      fail(wrong + "; status " + std::to_string(answer.status) + ": " +
           std::string(answer.body.substr(0, 500)));
    }
    connection.reset();
    ask(number);
  }

  Descriptor epoll_;
  Work& work_;
  const Bounds bounds_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Clock::time_point begun_;
  std::uint64_t asked_ = 0;
  std::size_t busy_ = 0;
  Measured measured_;
};

}  // namespace

std::string_view header_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at + 2)) {
    std::string_view line = head.substr(at + 2);
    if (line.size() < name.size() + 2 || line.substr(name.size(), 2) != ": ") continue;
    if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    line.remove_prefix(name.size() + 2);
    return line.substr(0, line.find("\r\n"));
  }
  return {};
}

Measured run_load(std::uint16_t port, std::size_t connections, Work& work, Bounds bounds) {
  return Load(port, connections, work, bounds).run();
}

}  // namespace jobledger::bench
