#include "bench/open_load.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "bench/load.h"
#include "bench/samples.h"
#include "bench/sockets.h"

namespace jobledger::bench {
namespace {

constexpr int kPatience = 30;  // seconds for the last answers

struct Line {
  Line(int epoll, std::uint16_t port, std::uint32_t number) : socket(connect_to(port)) {
    stamp_arrivals(socket);
    watch(epoll, socket, number);
  }

  /// Reads what is there; the status once the answer is whole, else 0.
  int receive() {
    thread_local std::array<char, 128 * 1024> bytes;
    ssize_t got = receive_stamped(socket, bytes, arrived);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (got <= 0) throw std::runtime_error("the daemon closed a connection under load");
    in.append(bytes.data(), static_cast<std::size_t>(got));
    std::size_t end = in.find("\r\n\r\n");
    if (end == std::string::npos) return 0;
    std::string_view length = header_of(std::string_view(in).substr(0, end + 2), "Content-Length");
    std::size_t size = 0;
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (in.size() < end + 4 + size) return 0;
    int status = 0;
    std::from_chars(in.data() + 9, in.data() + 12, status);
    return status;
  }

  Descriptor socket;
  std::string in;
  WallTime begun;
  WallTime arrived;  ///< the last of the answer
};

class OpenLoad {
 public:
  OpenLoad(std::uint16_t port, std::size_t connections, const std::string& request, int wanted)
      : epoll_(epoll_create1(EPOLL_CLOEXEC)), request_(request), wanted_(wanted) {
    for (std::uint32_t i = 0; i < connections; ++i) {
      lines_.push_back(std::make_unique<Line>(epoll_, port, i));
      free_.push_back(i);
    }
  }

  Offered run(double a_second, double seconds) {
    begun_ = Clock::now();
    double now = 0;
    while ((now = seconds_since(begun_)) < seconds) {
      send_due(static_cast<std::uint64_t>(now * a_second));
      serve(free_.empty() ? 1 : 0);
    }
    offered_.seconds = now;
    while (free_.size() < lines_.size()) {
      if (!serve(kPatience * 1000)) throw std::runtime_error("no answer for half a minute");
    }
    return std::move(offered_);
  }

 private:
  void send_due(std::uint64_t due) {
    while (offered_.due < due) {
      ++offered_.due;
      if (free_.empty()) continue;
      Line& line = *lines_[free_.back()];
      free_.pop_back();
      line.begun = std::chrono::system_clock::now();
      send_all(line.socket, request_);
      ++offered_.sent;
    }
  }

  bool serve(int patience_ms) {
    std::array<epoll_event, 256> events;
    int ready = epoll_wait(epoll_, events.data(), events.size(), patience_ms);
    if (ready < 0 && errno != EINTR) fail_errno("epoll_wait");
    for (int i = 0; i < ready; ++i) take(events[static_cast<std::size_t>(i)].data.u32);
    return ready > 0;
  }

  void take(std::uint32_t number) {
    Line& line = *lines_[number];
    int status = line.receive();
    if (status == 0) return;
    double ms = std::chrono::duration<double, std::milli>(line.arrived - line.begun).count();
    if (status == wanted_) {
      ++offered_.done;
      offered_.done_ms.push_back(ms);
      auto tenth = static_cast<std::size_t>(seconds_since(begun_) * 10);
      if (offered_.done_by_time.size() <= tenth) offered_.done_by_time.resize(tenth + 1);
      ++offered_.done_by_time[tenth];
    } else if (status == 503 && !header_of(line.in, "Retry-After").empty()) {
      ++offered_.shed;
      offered_.shed_ms.push_back(ms);
    } else {
      throw std::runtime_error("under load: " + line.in);
    }
    line.in.clear();
    free_.push_back(number);
  }

  Descriptor epoll_;
  const std::string& request_;
  const int wanted_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::uint32_t> free_;
  Clock::time_point begun_;
  Offered offered_;
};

}  // namespace

Offered offer(std::uint16_t port, std::size_t connections, const std::string& request, int wanted,
              double a_second, double seconds) {
  return OpenLoad(port, connections, request, wanted).run(a_second, seconds);
}

}  // namespace jobledger::bench
