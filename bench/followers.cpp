#include "bench/followers.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace jobledger::bench {
namespace {

constexpr double kPatience = 30;                 // seconds without an entry
constexpr int kLookMs = 20;                      // for a change of what is wanted
constexpr std::size_t kReadAtOnce = 256 * 1024;  // the pieces of a feed are of 64 KiB
constexpr std::size_t kBeginOfLine = 32;         // more than an id takes
constexpr std::uint64_t kTimedEach = 16;         // one entry in so many has its arrival noted
constexpr std::string_view kId = "id: ";

}  // namespace

/// One connection. It looks at the beginnings of lines alone, across all pieces in which they come.
/// The lines between the chunks of the answer have none that means something.
class Followers::One {
 public:
  One(std::uint16_t port, const std::string& request, std::uint64_t first)
      : socket_(connect_to(port)), next_(first) {
    send_all(socket_, request);
  }

  int socket() const { return socket_; }
  std::uint64_t next() const { return next_; }
  bool is_greeted() const { return greeted_; }

  /// Calls `have(index)` for each entry that has come whole.
  template <typename Have>
  void take(std::string_view bytes, Have have) {
    while (!bytes.empty()) {
      std::size_t end = std::min(bytes.find('\n'), bytes.size());
      line_.append(bytes.substr(0, std::min(end, kBeginOfLine - line_.size())));
      if (end == bytes.size()) return;
      if (end_of_line()) have(next_ - 1);
      line_.clear();
      bytes.remove_prefix(end + 1);
    }
  }

 private:
  /// Whether an entry is whole.
  bool end_of_line() {
    if (!answered_ && !line_.starts_with("HTTP/1.1 200")) {
      throw std::runtime_error("a feed was refused: " + line_);
    }
    answered_ = true;
    if (line_.starts_with(kId)) {
      std::from_chars(line_.data() + kId.size(), line_.data() + line_.size(), id_);
    } else if (line_.starts_with("data: ")) {
      has_data_ = true;
    }
    if (!line_.empty()) return false;
    greeted_ = true;
    if (!std::exchange(has_data_, false)) return false;  // a position, not an entry
    if (id_ != next_) {
      throw std::runtime_error("a follower got entry " + std::to_string(id_) + ", not " +
                               std::to_string(next_));
    }
    ++next_;
    return true;
  }

  Descriptor socket_;
  std::string line_;  ///< its beginning
  bool answered_ = false;
  bool greeted_ = false;
  bool has_data_ = false;
  std::uint64_t id_ = 0;
  std::uint64_t next_;
};

Followers::Followers(std::uint16_t port, const Caller& caller, std::size_t count,
                     std::uint64_t first)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  const std::string request =
      request_of(caller, "GET /ledger/v1/feed?from=" + std::to_string(first));
  for (std::uint32_t i = 0; i < count; ++i) {
    all_.push_back(std::make_unique<One>(port, request, first));
    watch(epoll_, all_.back()->socket(), i);
  }
  thread_ = std::thread([this] {
    try {
      loop();
    } catch (...) {
      error_ = std::current_exception();
      failed_ = true;
    }
  });
}

Followers::~Followers() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Followers::wait_for_greetings() {
  while (greeted_ < all_.size() && !failed_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Followed Followers::finish(std::uint64_t end) {
  end_ = end;
  thread_.join();
  if (error_) std::rethrow_exception(error_);
  return std::move(followed_);
}

bool Followers::all_have(std::uint64_t end) const {
  return std::all_of(all_.begin(), all_.end(), [&](const auto& one) { return one->next() >= end; });
}

void Followers::loop() {
  std::string buffer(kReadAtOnce, '\0');
  std::array<epoll_event, 128> events;
  followed_.last = Clock::now();
  while (!stop_ && !all_have(end_)) {
    if (seconds_since(followed_.last) > kPatience) {
      throw std::runtime_error("the followers got nothing for half a minute");
    }
    int ready = epoll_wait(epoll_, events.data(), events.size(), kLookMs);
    if (ready < 0 && errno != EINTR) fail_errno("epoll_wait");
    for (int i = 0; i < ready; ++i) {
      read_from(*all_[events[static_cast<std::size_t>(i)].data.u32], buffer);
    }
  }
}

void Followers::read_from(One& one, std::string& buffer) {
  ssize_t got = recv(one.socket(), buffer.data(), buffer.size(), 0);
  if (got < 0) fail_errno("recv");
  if (got == 0) throw std::runtime_error("the daemon ended a feed");
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  const Clock::time_point now = Clock::now();
  const bool was_greeted = one.is_greeted();
  one.take(bytes, [&](std::uint64_t index) {
    ++followed_.entries;
    followed_.last = now;
    if (index % kTimedEach == 0) followed_.arrivals.emplace_back(index, now);
  });
  followed_.bytes += bytes.size();
  if (one.is_greeted() && !was_greeted) ++greeted_;
}

}  // namespace jobledger::bench
