#include "daemon/cli/explanation_text.h"

#include <catch2/catch.hpp>

#include "daemon/json/document.h"
#include "daemon/render/explanation.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::cli {
namespace {

using tests::LedgerFixture;

/// Jobs by their names, without the sentences.
std::string tree_of(LedgerFixture& ledger, std::string_view job, bool coloured = false) {
  std::uint64_t version = ledger.state().version();
  auto number = ledger.state().graph().find(ledger.team(), ledger.id(job), version);
  projections::LogReader log(ledger.store());
  auto of = projections::explain(ledger.state(), log, number.value(), version);
  auto document = json::Document::parse(render::explanation(ledger.state(), log, of, version));
  REQUIRE(document);
  std::string text = explanation_text(document->root(), Style(coloured));
  return ledger.names().in(text.substr(text.find("\n\n") + 2));
}

}  // namespace

TEST_CASE("the way from a job to the command behind its status is drawn as a tree", "[cli]") {
  LedgerFixture ledger;
  ledger.envelope.actor.token = {};
  ledger.run("submit p(a b)");
  ledger.envelope.actor.on_behalf_of = "ada";
  ledger.envelope.actor.address = "10.0.0.4";
  ledger.envelope.reason = "wrong logo";
  ledger.run("cancel a; cancel b");
  std::string time = ledger::to_rfc3339(ledger.entry(1).time);
  CHECK(tree_of(ledger, "b") == "b  manually_cancelled  since " + time +
                                    "\n"
                                    "├─ queued → manually_cancelled, with its sibling\n"
                                    "│  └─ a  queued → manually_cancelled, as asked for\n"
                                    "│     └─ CancelJob by ann for ada  " +
                                    time +
                                    "  #1\n"
                                    "│        ├─ from 10.0.0.4\n"
                                    "│        └─ reason: wrong logo\n"
                                    "└─ refused: CancelJob (not_cancellable) by ann for ada  " +
                                    ledger::to_rfc3339(ledger.entry(2).time) + "  #2\n");
}

TEST_CASE("a job that waits shows for what", "[cli]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a");
  CHECK_THAT(tree_of(ledger, "p"), Catch::Contains("└─ waits for\n"
                                                   "   ├─ a  render:dorender\n"
                                                   "   └─ b  queued\n"));
}

TEST_CASE("a chain over entries shows the command of each", "[cli]") {
  LedgerFixture ledger;
  ledger.run("submit a; claim a; stop a; stopped a; undo 2");
  std::string tree = tree_of(ledger, "a");
  std::size_t undo = tree.find("UndoCancel by ann");
  std::size_t stopped = tree.find("ReportStopped by ann");
  std::size_t cancel = tree.find("CancelJobs by ann");
  CHECK(undo < stopped);
  CHECK(stopped < cancel);
  CHECK(cancel != std::string::npos);
  CHECK_THAT(tree, Catch::Contains("undone by #4"));
  CHECK_THAT(tree, Catch::Contains("─ manually_cancelled → queued, by an undo\n") &&
                       Catch::Contains("─ asked to stop, as asked for\n"));
}

TEST_CASE("colours are for terminals", "[cli]") {
  LedgerFixture ledger;
  ledger.run("submit a; cancel a");
  CHECK_THAT(tree_of(ledger, "a"), !Catch::Contains("\x1b"));
  CHECK_THAT(tree_of(ledger, "a", true), Catch::Contains("\x1b[35mmanually_cancelled\x1b[0m"));
}

}  // namespace jobledger::daemon::cli
