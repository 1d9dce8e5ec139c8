#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "ledger/writer.h"

namespace jobledger::daemon {

/// A write whose outcome nobody knows: it may be on disk or not.
struct OutcomeUnknown {
  std::string message;
};

using Outcome = std::variant<ledger::Receipt, OutcomeUnknown>;
using Completion = std::function<void(Outcome)>;

/// A bounded queue of commands in front of the writer, and the two threads behind it: `writer`
/// decides and folds, `log` appends. While one group is being synced the next is decided; it is
/// handed over, with all that came meanwhile, as soon as the disk is done.
///
/// A command that comes alone, as those before it did, is carried out on the thread that brings it,
/// if that may be kept: to wake three threads one after the other takes most of the time of a sync.
class WriterThread {
 public:
  /// Whether the thread that submits may be kept until the command is durable.
  enum class Caller { goes_on, may_be_kept };

  struct Limits {
    std::size_t queue_length = 4096;
    std::size_t queue_bytes = 256 << 20;  ///< of bodies waiting; one alone may be larger
    std::size_t group_commands = 1024;
    std::size_t group_bytes = 8 << 20;  ///< of bodies
  };
  /// `deliver` gets the finished completions of one group, in order, on the log's thread: each
  /// takes its outcome. That of a command that kept its caller is called there instead. `appended`
  /// is told each group's entries after they are published, before that. `failed` is called once,
  /// when the log fails; nothing is written after it.
  struct Hooks {
    std::function<void(std::vector<std::function<void()>>)> deliver;
    std::function<void(const std::vector<ledger::Receipt>&)> appended;
    std::function<void(const std::string&)> failed;
  };

  WriterThread(ledger::Writer& writer, ledger::Store& store, Limits limits, Hooks hooks);
  /// Stops. No `submit` may be under way.
  ~WriterThread();

  /// False if the queue is full or the thread stops: then nothing was taken and `completion` is
  /// never called. Any thread.
  bool submit(ledger::Submission submission, Completion completion,
              Caller caller = Caller::goes_on);

  /// Finishes what was accepted, then ends both threads.
  void stop();

  std::size_t queued() const;
  /// See ledger::Writer.
  bool is_settled(ledger::TimeMs time) const { return writer_.is_settled(time); }

 private:
  struct Waiting {
    ledger::Submission submission;
    Completion completion;
  };
  struct Group {
    explicit Group(ledger::Store& store) : prepared(store) {}
    ledger::PreparedGroup prepared;
    std::vector<Completion> completions;
  };

  void decide_loop();
  void append_loop();
  std::deque<Waiting> take_waiting();
  /// Ends the process if something is thrown, as on the threads of its own: nobody else would give
  /// the writer back.
  void carry_out(ledger::Submission submission, Completion completion) noexcept;
  /// Writes the group, publishes it, and gives what is left to be called.
  std::vector<std::function<void()>> append(Group& group);

  ledger::Writer& writer_;
  ledger::Store& store_;
  const Limits limits_;
  const Hooks hooks_;

  mutable std::mutex mutex_;
  std::condition_variable decide_wakes_;
  std::condition_variable append_wakes_;
  std::deque<Waiting> queue_;
  std::size_t queue_bytes_ = 0;
  std::optional<Group> handed_;  ///< to the log's thread
  bool appending_ = false;
  bool kept_ = false;           ///< a caller carries its command out; nothing else is in work
  std::size_t in_work_ = 0;     ///< commands that were taken and have no outcome yet
  std::size_t last_group_ = 0;  ///< commands in it
  bool stopping_ = false;
  bool decided_all_ = false;
  bool failed_ = false;

  std::thread decide_thread_;
  std::thread append_thread_;
};

}  // namespace jobledger::daemon
