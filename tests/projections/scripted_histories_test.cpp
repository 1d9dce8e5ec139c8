// Histories that random ones seldom come to, each carried out by the ledger and by the model of the
// contract: after each command both say the same of what came of it, and of every job.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/differences.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

/// Each line a command, or a setting of LedgerFixture.
void follow(const std::vector<std::string>& lines) {
  LedgerFixture ledger;
  Model model(ledger.rules);
  for (const std::string& line : lines) {
    ledger.clock().advance(1000);
    INFO(line);
    if (line.starts_with("reason ")) {
      ledger.run(line);
      continue;
    }
    ledger::Submission submission = ledger.ask(line);
    ledger::Receipt receipt = ledger.commit(submission);
    Outcome expected = model.apply(submission, made_by(receipt), ledger.clock().now());
    REQUIRE_FALSE(receipt.refusal);
    REQUIRE(to_text(outcome_of(receipt)) == to_text(expected));
    REQUIRE(graph_differences(model, ledger.state()) == "");
    REQUIRE(record_differences(model, ledger.state(), ledger.store()) == "");
  }
}

TEST_CASE("a job fails that was asked to stop and then told to go on") {
  follow(
      {"submit p(a b)", "claim a", "reason budget", "stop a", "reason -", "undo 2", "fail a boom"});
}

TEST_CASE("a job fails that was asked to stop, with a sibling that has come to wait since") {
  follow({"submit p(a b)", "claim a", "cancel b", "reason budget", "stop a", "reason -", "undo 2",
          "fail a boom"});
}

TEST_CASE("a job stops, and takes along a sibling that has come to wait since it was asked") {
  for (const char* end : {"stopped a", "expire a"}) {
    follow({"submit p(a b)", "claim a", "cancel b", "reason budget", "stop a", "reason -", "undo 2",
            end});
  }
}

}  // namespace
}  // namespace jobledger::tests
