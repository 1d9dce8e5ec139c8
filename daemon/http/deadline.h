#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "daemon/http/stream.h"

namespace jobledger::daemon::http {

/// Whoever has a deadline. It is kept alive while the timer runs.
class DeadlineUser {
 public:
  virtual ~DeadlineUser() = default;
  /// The deadline has passed; it is called once a deadline.
  virtual void on_deadline() = 0;
};

/// A deadline that is moved with each request and hardly ever met. A running timer is left alone
/// while the deadline moves away from it, and looks at the present one when it fires: moving one
/// costs an assignment. To be used on its strand alone.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  using TimePoint = Clock::time_point;

  explicit Deadline(const Strand& strand) : timer_(strand) {}

  TimePoint at() const { return at_; }
  void set(TimePoint at, const std::shared_ptr<DeadlineUser>& user) {
    at_ = at;
    if (at < armed_) arm(at, user);
  }
  void clear() { at_ = TimePoint::max(); }
  /// No call comes after this, and the user is let go.
  void cancel() {
    clear();
    armed_ = TimePoint::max();
    timer_.cancel();
  }

 private:
  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Strand>;

  void arm(TimePoint when, const std::shared_ptr<DeadlineUser>& user) {
    armed_ = when;
    timer_.expires_at(when);
    timer_.async_wait([this, user](boost::system::error_code error) {
      if (!error) fired(user);
    });
  }

  void fired(const std::shared_ptr<DeadlineUser>& user) {
    armed_ = TimePoint::max();
    if (at_ == TimePoint::max()) return;
    if (at_ > Clock::now()) return arm(at_, user);
    clear();
    user->on_deadline();
  }

  Timer timer_;
  TimePoint at_ = TimePoint::max();
  TimePoint armed_ = TimePoint::max();
};

}  // namespace jobledger::daemon::http
