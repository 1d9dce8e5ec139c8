#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

namespace jobledger::daemon {

/// Makes the calls from `next` on, in their order and one at a time, on the threads of the
/// io_context. After `turn` others that have come to it meanwhile are served before the next of
/// them.
inline void call_in_turns(boost::asio::io_context& io, std::vector<std::function<void()>> calls,
                          std::chrono::microseconds turn, std::size_t next = 0) {
  boost::asio::post(io, [&io, calls = std::move(calls), turn, next]() mutable {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + turn;
    while (next < calls.size()) {
      calls[next++]();
      if (Clock::now() >= end) break;
    }
    if (next < calls.size()) call_in_turns(io, std::move(calls), turn, next);
  });
}

}  // namespace jobledger::daemon
