#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "daemon/in_work.h"
#include "ledger/writer.h"

namespace jobledger::daemon {

/// A write whose outcome nobody knows: it may be on disk or not.
struct OutcomeUnknown {
  std::string message;
};

/// The disk was full before the command was decided: nothing came of it.
struct DiskFull {};

using Outcome = std::variant<ledger::Receipt, OutcomeUnknown, DiskFull>;
using Completion = std::function<void(Outcome)>;

/// A bounded queue of commands in front of the writer, and the two threads behind it: `writer`
/// decides and folds, `log` appends. Bounded is all that was taken and is not answered yet, in
/// number and in age: what would wait for too long is better told at once. While one group is being
/// synced the next is decided; it is handed over, with all that came meanwhile, as soon as the disk
/// is done.
///
/// A command that comes alone, as those before it did, is carried out on the thread that brings it,
/// if that may be kept: to wake three threads one after the other takes most of the time of a sync.
///
/// When the disk is full no command is taken until there is room again. What was decided before has
/// an unknown outcome for whoever asked, and is kept to be written unchanged.
class WriterThread {
 public:
  /// Whether the thread that submits may be kept until the command is durable.
  enum class Caller { goes_on, may_be_kept };

  /// Whether a command is taken, or why not.
  enum class Intake {
    open,
    full,       ///< too much is in work: one that comes in a moment may be taken
    disk_full,  ///< until there is room
    closed,     ///< for good: it stops, or the log has failed
  };

  struct Limits {
    InWork::Limits in_work{4096, 256 << 20, std::chrono::seconds(5)};
    std::size_t group_commands = 1024;
    std::size_t group_bytes = 8 << 20;  ///< of bodies
  };
  /// A group that was written, or could not be.
  struct Written {
    std::size_t commands;
    bool synced;  ///< there was something to write, and it is durable
    std::chrono::duration<double> took;
  };
  /// `deliver` gets the finished completions of one group, in order, on one of the two threads:
  /// each takes its outcome. That of a command that kept its caller is called there instead.
  /// `appended` is told each group's entries after they are published, before that. `failed` is
  /// called once, when the log fails; nothing is written after it.
  struct Hooks {
    std::function<void(std::vector<std::function<void()>>)> deliver;
    std::function<void(const std::vector<ledger::Receipt>&)> appended;
    std::function<void(const std::string&)> failed;
    /// Writes are refused from here on, for this reason; with an empty one they are taken again.
    std::function<void(const std::string&)> read_only = [](const std::string&) {};
    std::function<void(const Written&)> written = [](const Written&) {};
    std::function<InWork::TimePoint()> now = std::chrono::steady_clock::now;
  };

  WriterThread(ledger::Writer& writer, ledger::Store& store, Limits limits, Hooks hooks);
  /// Stops. No `submit` may be under way.
  ~WriterThread();

  /// Unless `open`, nothing was taken and `completion` is never called. Any thread.
  Intake submit(ledger::Submission submission, Completion completion,
                Caller caller = Caller::goes_on);

  /// Finishes what was accepted, then ends both threads.
  void stop();

  /// What `submit` would say now. Takes no lock.
  Intake intake() const;

  /// By which it can be told from two looks whether the writer gets on.
  struct Pulse {
    std::size_t in_work = 0;   ///< commands that were taken and have no outcome yet
    std::size_t waiting = 0;   ///< of them, not decided yet
    std::uint64_t groups = 0;  ///< that were written so far, or could not be
  };
  Pulse pulse() const;
  /// Since when the oldest command waits that is not answered; nullopt if there is none.
  std::optional<InWork::TimePoint> oldest() const { return unanswered_->oldest(); }
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
    std::size_t bytes = 0;  ///< of bodies
  };

  enum class Mode {
    writing,
    full,    ///< until `resume` comes through
    failed,  ///< for good
  };

  void decide_loop();
  void append_loop();
  bool is_decider_needed(const std::optional<Group>& open) const;
  bool is_log_idle() const { return !appending_ && !handed_; }
  bool has_room(const std::optional<Group>& open) const;
  std::deque<Waiting> take_waiting();
  void decide(std::deque<Waiting> taken, std::optional<Group>& open);
  /// Ends the process if something is thrown, as on the threads of its own: nobody else would give
  /// the writer back.
  void carry_out(ledger::Submission submission, Completion completion) noexcept;
  /// What is to be called to tell the outcome. Called or not, the command counts as answered once
  /// it is gone.
  std::function<void()> telling(Completion completion, Outcome outcome) const;
  /// Writes the group, publishes it, and gives what is left to be called.
  std::vector<std::function<void()>> append(Group& group);
  /// Nothing is decided from here on.
  void give_up(std::optional<Group> open);

  // While the disk is full, in writer_stand_by.cpp.
  void stand_by(std::optional<Group> open);
  void notice_trouble();
  void wait_for_room();
  /// Opens the store again and appends what is held; empty if that came through, else why not.
  std::string try_to_resume();

  ledger::Writer& writer_;
  ledger::Store& store_;
  const Limits limits_;
  const Hooks hooks_;
  const std::shared_ptr<InWork> unanswered_;  ///< shared with what is to be called

  mutable std::mutex mutex_;
  std::condition_variable decide_wakes_;
  std::condition_variable append_wakes_;
  std::deque<Waiting> queue_;
  std::optional<Group> handed_;  ///< to the log's thread
  bool appending_ = false;
  bool kept_ = false;           ///< a caller carries its command out; nothing else is in work
  std::size_t in_work_ = 0;     ///< commands that were taken and have no outcome yet
  std::size_t last_group_ = 0;  ///< commands in it
  std::uint64_t groups_ = 0;    ///< written so far
  std::atomic<Mode> mode_ = Mode::writing;
  std::deque<ledger::PreparedGroup> held_;  ///< what is to be appended when there is room
  bool standing_by_ = false;                ///< the writer's thread, while the disk is full
  std::atomic<bool> stopping_ = false;
  bool decided_all_ = false;

  std::thread decide_thread_;
  std::thread append_thread_;
};

}  // namespace jobledger::daemon
