#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/decide.h"
#include "ledger/entry.h"
#include "ledger/hash_tree.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// One command on its way into the log.
struct Submission {
  Envelope envelope;
  Command command;
  std::string body;  ///< of the request; the payloads of a submission are slices of it
};

/// What the writer hands back. It may be told to anyone only once `version` is durable.
struct Receipt {
  std::uint64_t version = 0;  ///< the state the answer speaks of; of an entry its index plus one
  bool recorded = false;      ///< there is an entry, at version - 1
  bool replayed = false;      ///< the entry is that of an earlier command with the same key
  std::shared_ptr<const Entry> entry;  ///< null if there is none or it was replayed: then read it
  std::optional<Refusal> refusal;
};

/// The groups of entries decided but not yet durable.
struct PreparedGroup {
  explicit PreparedGroup(Store& store) : batch(store) {}

  StoreBatch batch;
  std::uint64_t first = 0;    ///< the version before the group
  std::uint64_t version = 0;  ///< after the last entry of the group
  std::vector<Receipt> receipts;
};

/// What the writer asks of the projections beside JobView, and how it folds.
class WriterState {
 public:
  virtual ~WriterState() = default;
  virtual const JobView& jobs() const = 0;
  /// The entry made under this key of the team that has not expired at `now`, and its fingerprint.
  struct KeyedEntry {
    std::uint64_t index;
    Sha256 fingerprint;
  };
  virtual std::optional<KeyedEntry> find_key(std::string_view team, std::string_view key,
                                             TimeMs now) const = 0;
  /// Folds the whole entry into every projection.
  virtual void fold(const Entry& entry) = 0;
  /// Makes the state after the first `version` entries visible to readers.
  virtual void publish(std::uint64_t version) = 0;
};

/// Decides commands and appends their entries. Synchronous; owns no thread. `prepare` belongs to
/// one thread and `append` to one (the same or another), each called in the order of the groups.
class Writer {
 public:
  Writer(Store& store, WriterState& state, HashTree tree, TimeMs last_time, Clock& clock,
         IdSource& ids);

  /// The settings of decisions from here on.
  void set_rules(Rules rules) { rules_ = std::move(rules); }

  /// Decides and folds the commands in order; nothing is durable or visible yet.
  PreparedGroup prepare(std::span<Submission> group);
  /// The same in steps: `extend` decides and folds more commands, `close` makes the group what can
  /// be appended, and comes before the next one is extended.
  void extend(PreparedGroup& prepared, std::span<Submission> more);
  void close(PreparedGroup& prepared);
  /// One synced write, then the group's version is published. After a Failure the outcome is
  /// unknown: the group is to be kept for `resume` if the store is full; else the process must
  /// stop.
  Status append(PreparedGroup& group);
  /// Opens a full store again and appends those of the groups that are not there, unchanged. They
  /// are all that were prepared and not published, in order; no other may be in work. Each one
  /// that is durable is published, told to `done`, and taken off. After a Failure as with `append`.
  Status resume(std::deque<PreparedGroup>& groups,
                const std::function<void(const PreparedGroup&)>& done);
  /// Whether every entry still to come is later than `time`, which the clock has passed: what is
  /// being decided has its time long before it is folded. Any thread.
  bool is_settled(TimeMs time) const { return time < undecided_since_.load(); }
  /// Both.
  Result<std::vector<Receipt>> commit(std::span<Submission> group);

 private:
  static constexpr TimeMs kNothingUndecided = std::numeric_limits<TimeMs>::max();

  Receipt take(Submission& submission, PreparedGroup& group);
  Receipt decide_at(TimeMs now, Submission& submission, PreparedGroup& group);
  std::optional<Receipt> repeat_of(const Envelope& envelope, TimeMs now) const;

  Store& store_;
  WriterState& state_;
  HashTree tree_;
  TimeMs last_time_;
  std::atomic<TimeMs> undecided_since_ = kNothingUndecided;
  Clock& clock_;
  IdSource& ids_;
  Rules rules_;
};

}  // namespace jobledger::ledger
