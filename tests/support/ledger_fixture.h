#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/store.h"
#include "ledger/writer.h"
#include "projections/state.h"
#include "tests/support/clock.h"
#include "tests/support/ids.h"
#include "tests/support/names.h"

namespace jobledger::tests {

/// A ledger in memory with its projections, driven by lines such as these (names as in Names,
/// trees as in notation.h; WHICH counts the leases on a job from 1 and is the latest if left out):
///
///   submit p(a b)        join p(a b)           batch B x y(z) -     (`-`: an item that fails)
///   cancel a             cancel-many a b       cancel-batch B
///   claim                claim a               claim-tagged red,blue
///   progress a 40 WHICH  finish a URL WHICH    fail a WORD WHICH    (`-`: no URL)
///   expire a WHICH       token T               revoke T
///   rotate KEY           restore BACKUP        cut WHERE
///   stop a b             stop-batch B          stopped a WHICH      (cancels with running=stop)
///   confirm V cancel a   undo INDEX                                 (of any cancel)
///
/// and, without a command: `wait MS`, and of all that follow `as TEAM`, `scopes CSV`, `guard COUNT`
/// (of jobs that a cancel takes unconfirmed), `reason WORD` (`-`: none).
class LedgerFixture {
 public:
  explicit LedgerFixture(ledger::Rules rules = {});
  /// On a store of the caller's, which outlives it.
  LedgerFixture(ledger::Store& store, ledger::Rules rules);

  /// Runs lines separated by `;`, each command a group of its own; the receipt of the last.
  /// Throws if a write fails or a line is not one.
  ledger::Receipt run(std::string_view lines);
  /// The same, told as one line (see `tell`).
  std::string outcome(std::string_view lines) { return tell(run(lines)); }

  // The same as verbs.
  ledger::Receipt submit(std::string_view tree) { return run_words({"submit", tree}); }
  ledger::Receipt join(std::string_view tree) { return run_words({"join", tree}); }
  ledger::Receipt submit_batch(std::string_view name, std::string_view forest) {
    return run_words({"batch", name, forest});
  }
  ledger::Receipt cancel(std::string_view job) { return run_words({"cancel", job}); }
  ledger::Receipt cancel_many(std::string_view jobs) { return run_words({"cancel-many", jobs}); }
  ledger::Receipt cancel_batch(std::string_view batch) {
    return run_words({"cancel-batch", batch});
  }
  ledger::Receipt claim(std::string_view job = "") { return run_words({"claim", job}); }
  ledger::Receipt progress(std::string_view job, unsigned percent) {
    return run_words({"progress", job, std::to_string(percent)});
  }
  ledger::Receipt finish(std::string_view job) { return run_words({"finish", job}); }
  ledger::Receipt fail(std::string_view job, std::string_view error) {
    return run_words({"fail", job, error});
  }
  ledger::Receipt expire(std::string_view job) { return run_words({"expire", job}); }

  /// The command of a line with `envelope`, not decided yet.
  ledger::Submission ask(std::string_view line) const;
  /// Decides and folds; nothing is durable or visible before `append`.
  ledger::PreparedGroup prepare(std::vector<ledger::Submission> group);
  void append(ledger::PreparedGroup& group);
  ledger::Receipt commit(ledger::Submission submission);

  /// Folds the whole log into a new state and goes on from there, as a restart does.
  void refold();

  ledger::JobId id(std::string_view name) const { return names_.id(name); }
  /// The status at the writer's head.
  ledger::JobStatus status(std::string_view job) const;
  /// `p:pending a:queued`, in the order of the names given.
  std::string statuses(std::string_view jobs) const;
  std::string tell(const ledger::Receipt& receipt) const { return tests::tell(receipt, names_); }
  /// An entry as it was stored.
  ledger::Entry entry(std::uint64_t index) const;
  /// The team of the actor, whose name the head of the state knows jobs by.
  const std::string& team() const { return envelope.actor.team; }

  ledger::Store& store() { return *store_; }
  projections::State& state() { return *state_; }
  ledger::Writer& writer() { return *writer_; }
  SettableClock& clock() { return clock_; }
  const Names& names() const { return names_; }

  ledger::Rules rules;        ///< of the commands from here on
  ledger::Envelope envelope;  ///< of the commands from here on; the actor has every scope

 private:
  ledger::Receipt run_words(const std::vector<std::string_view>& words);
  bool run_setting(const std::vector<std::string>& words);

  std::unique_ptr<ledger::Store> own_store_;
  ledger::Store* store_;
  std::unique_ptr<projections::State> state_;
  std::unique_ptr<ledger::Writer> writer_;
  SettableClock clock_;
  CountingIds ids_;
  Names names_;
};

/// A store in memory.
std::unique_ptr<ledger::Store> store_in_memory();

}  // namespace jobledger::tests
