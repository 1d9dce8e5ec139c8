#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace jobledger::daemon {

/// Reads that wait until a version is visible.
class VersionWaiters {
 public:
  VersionWaiters(boost::asio::io_context& io, std::chrono::milliseconds bound)
      : io_(io), bound_(bound) {}

  /// Calls `done` once, on an I/O thread: true when `version` is published, false after the bound.
  /// `published` gives the version now; it is asked after the wait is registered, so none is lost.
  void wait(std::uint64_t version, const std::function<std::uint64_t()>& published,
            std::function<void(bool)> done);

  /// Any thread.
  void publish(std::uint64_t version);

 private:
  struct Waiter {
    Waiter(boost::asio::io_context& io, std::function<void(bool)> call)
        : timer(io), done(std::move(call)) {}
    boost::asio::steady_timer timer;
    std::function<void(bool)> done;
  };
  using Waiters = std::multimap<std::uint64_t, std::shared_ptr<Waiter>>;

  void give_up(std::uint64_t version, const std::shared_ptr<Waiter>& waiter);

  boost::asio::io_context& io_;
  const std::chrono::milliseconds bound_;
  std::mutex mutex_;
  Waiters waiters_;
};

}  // namespace jobledger::daemon
