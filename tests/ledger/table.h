#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {

/// Given a history, when a command comes, then what it comes to: its events or its refusal. All in
/// the words of LedgerFixture and `tell`.
struct Row {
  const char* why;
  std::string given;
  std::string when;
  std::string then;
};

inline void check(const std::vector<Row>& rows, const ledger::Rules& rules = {}) {
  for (const Row& row : rows) {
    LedgerFixture ledger(rules);
    ledger.run(row.given);
    INFO(row.why << "\n  given " << row.given << "\n  when " << row.when);
    CHECK(ledger.outcome(row.when) == row.then);
  }
}

}  // namespace jobledger::tests
