#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "daemon/streams/entry_texts.h"
#include "projections/state.h"

namespace jobledger::daemon::streams {

/// The thread on which the pieces of streamed answers are made, one after the other, so that
/// however many follow along, the threads that serve connections and the writer do not wait for
/// them. Those who have read all there is wait here for more.
class StreamThread {
 public:
  using Clock = std::chrono::steady_clock;

  StreamThread(const projections::State& state, const ledger::Store& store);
  ~StreamThread();

  /// Runs the work on the thread. Any thread; not after `stop`.
  void run(std::function<void()> work);

  /// Somebody who waits, on the thread.
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void wake() = 0;
    /// Instead: the thread ends, and nothing more will come.
    virtual void give_up() = 0;
  };
  /// Wakes the waiter once, when more than `version` entries are published or the time has come.
  /// To be called on the thread.
  void wait(std::weak_ptr<Waiter> waiter, std::uint64_t version, Clock::time_point until);

  /// A version was published. Any thread; costs an exchange of a flag while one is being told.
  void publish();

  /// The thread's own.
  EntryTexts& texts() { return texts_; }

  /// Ends the thread and lets go of all that waits for it. When nobody calls `run` any more.
  void stop();

 private:
  struct Loop;
  struct Waiting {
    std::weak_ptr<Waiter> waiter;
    std::uint64_t version;
    Clock::time_point until;
  };

  void tell();
  void pause_over();
  void wake_those_due();
  void start_ticking();

  const projections::State& state_;
  EntryTexts texts_;
  std::unique_ptr<Loop> loop_;
  std::vector<Waiting> waiting_;
  bool ticking_ = false;
  std::uint64_t told_version_ = 0;
  std::atomic<bool> telling_ = false;  ///< or pausing after it
  std::thread thread_;
};

}  // namespace jobledger::daemon::streams
