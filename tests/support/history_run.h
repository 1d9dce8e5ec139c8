#pragma once

#include <cstdint>
#include <deque>

#include "tests/support/ledger_fixture.h"
#include "tests/support/model.h"
#include "tests/support/random_history.h"

namespace jobledger::tests {

/// A random history carried out by a ledger in memory and by the model, side by side.
class HistoryRun {
 public:
  explicit HistoryRun(std::uint64_t seed, HistoryShape shape = {});

  struct Step {
    ledger::Receipt receipt;
    Outcome expected;
  };
  /// One more command, durable when this returns.
  Step step();
  void steps(int count);
  /// One more command, decided and folded; `append` makes it durable, with all others prepared.
  /// An undo looks into the log, so what was prepared before it is appended first.
  Step prepare();
  void append();

  LedgerFixture& ledger() { return ledger_; }
  projections::State& state() { return ledger_.state(); }
  ledger::Store& store() { return ledger_.store(); }
  const Model& model() const { return model_; }
  RandomHistory& random() { return random_; }
  /// The command of the last step, for the message of a failed test.
  const ledger::Submission& last() const { return last_; }
  ledger::TimeMs now() { return ledger_.clock().now(); }

 private:
  /// What an undo takes back, as whoever is asked for it would find out.
  void complete(ledger::Submission& submission);

  RandomHistory random_;
  LedgerFixture ledger_;
  Model model_;
  std::deque<ledger::PreparedGroup> prepared_;
  ledger::Submission last_;
};

}  // namespace jobledger::tests
