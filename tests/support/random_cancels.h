#pragma once

#include "tests/support/ledger_fixture.h"
#include "tests/support/random_history.h"

namespace jobledger::tests {

/// Trees of two teams that are cancelled, stopped, rendered, failed and undone at random, by some
/// actors, on behalf of some people, for some reasons; wrong commands among them.
class RandomCancels {
 public:
  RandomCancels(std::uint64_t seed, LedgerFixture& ledger) : random_(seed), ledger_(ledger) {}

  void steps(int count);
  RandomHistory& random() { return random_; }

  static const std::vector<std::string>& actors();
  static const std::vector<std::string>& people();
  static const std::vector<std::string>& words();

 private:
  void draw_envelope();
  std::string line();
  std::string any_job();

  RandomHistory random_;
  LedgerFixture& ledger_;
  std::uint32_t trees_ = 0;
};

}  // namespace jobledger::tests
