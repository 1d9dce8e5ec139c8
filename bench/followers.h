#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/samples.h"
#include "bench/sockets.h"
#include "bench/works.h"

namespace jobledger::bench {

/// What followers got, all together.
struct Followed {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  Clock::time_point last;  ///< when the last entry was there
  /// When some of the entries were there, by their index; once for each follower.
  std::vector<std::pair<std::uint64_t, Clock::time_point>> arrivals;
};

/// Followers of GET /ledger/v1/feed, read by one thread of its own. Each must get every entry from
/// the first on, one after the other. Nothing that comes is kept.
class Followers {
 public:
  /// Connects them all and begins to read.
  Followers(std::uint16_t port, const Caller& caller, std::size_t count, std::uint64_t first);
  ~Followers();
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  /// Waits until each has been told that it follows.
  void wait_for_greetings();
  /// Waits until each has all entries before `end`. Throws std::runtime_error if one got another
  /// than the next, lost its connection, or got none for half a minute.
  Followed finish(std::uint64_t end);

 private:
  class One;
  void loop();
  void read_from(One& one, std::string& buffer);
  bool all_have(std::uint64_t end) const;

  Descriptor epoll_;
  std::vector<std::unique_ptr<One>> all_;
  Followed followed_;
  std::atomic<std::size_t> greeted_ = 0;
  std::atomic<std::uint64_t> end_ = UINT64_MAX;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> failed_ = false;
  std::exception_ptr error_;  ///< of the thread, to be read once it has ended
  std::thread thread_;
};

}  // namespace jobledger::bench
