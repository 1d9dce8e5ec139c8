#include "daemon/streams/stream_thread.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace jobledger::daemon::streams {
namespace {

/// Under load there are thousands of publications a second. Followers are told of several at once
/// then; one that comes alone is told of at once.
constexpr std::chrono::milliseconds kPause{5};
/// How exactly the time of a waiter is kept.
constexpr std::chrono::milliseconds kTick{100};

}  // namespace

struct StreamThread::Loop {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  boost::asio::steady_timer pause{io};
  boost::asio::steady_timer tick{io};
};

StreamThread::StreamThread(const projections::State& state, const ledger::Store& store)
    : state_(state), texts_(store), loop_(std::make_unique<Loop>()) {
  thread_ = std::thread([this] { loop_->io.run(); });
  pthread_setname_np(thread_.native_handle(), "streams");
}

StreamThread::~StreamThread() {
  stop();
}

void StreamThread::run(std::function<void()> work) {
  boost::asio::post(loop_->io, std::move(work));
}

void StreamThread::wait(std::weak_ptr<Waiter> waiter, std::uint64_t version,
                        Clock::time_point until) {
  waiting_.push_back({std::move(waiter), version, until});
  start_ticking();
}

void StreamThread::publish() {
  if (!telling_.exchange(true)) run([this] { tell(); });
}

void StreamThread::tell() {
  told_version_ = state_.version();
  wake_those_due();
  loop_->pause.expires_after(kPause);
  loop_->pause.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) pause_over();
  });
}

void StreamThread::pause_over() {
  telling_.exchange(false);
  // What was published meanwhile was left to us.
  if (state_.version() > told_version_) publish();
}

void StreamThread::wake_those_due() {
  const std::uint64_t version = state_.version();
  const auto now = Clock::now();
  auto due = std::partition(waiting_.begin(), waiting_.end(), [&](const Waiting& each) {
    return each.version >= version && each.until > now && !each.waiter.expired();
  });
  std::vector<Waiting> woken(std::make_move_iterator(due), std::make_move_iterator(waiting_.end()));
  waiting_.erase(due, waiting_.end());
  for (const Waiting& each : woken) {
    if (auto waiter = each.waiter.lock()) waiter->wake();
  }
}

void StreamThread::start_ticking() {
  if (ticking_) return;
  ticking_ = true;
  loop_->tick.expires_after(kTick);
  loop_->tick.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    ticking_ = false;
    wake_those_due();
    if (!waiting_.empty()) start_ticking();
  });
}

void StreamThread::stop() {
  if (!thread_.joinable()) return;
  loop_->io.stop();
  thread_.join();
  for (const Waiting& each : std::exchange(waiting_, {})) {
    if (auto waiter = each.waiter.lock()) waiter->give_up();
  }
  loop_.reset();
}

}  // namespace jobledger::daemon::streams
