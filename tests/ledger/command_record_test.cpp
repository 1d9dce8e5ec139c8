#include "tests/ledger/table.h"

namespace jobledger::tests {
namespace {

ledger::CommandRecord record_after(LedgerFixture& ledger, std::string_view lines) {
  return ledger.run(lines).entry->command;
}

}  // namespace

TEST_CASE("an entry names its command", "[record]") {
  LedgerFixture ledger;
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"submit a", "SubmitJob"},       {"join b(c)", "JoinJobs"},
      {"batch B d e", "SubmitBatch"},  {"cancel e", "CancelJob"},
      {"cancel-many a", "CancelJobs"}, {"cancel-batch B", "CancelBatch"},
      {"claim c", "ClaimJob"},         {"progress c 50", "ReportProgress"},
      {"finish c", "FinishJob"},       {"fail c boom", "FailJob"},
      {"claim b", "ClaimJob"},         {"expire b", "ExpireLease"},
      {"token T", "CreateToken"},      {"revoke T", "RevokeToken"},
      {"undo 3", "UndoCancel"},        {"stopped b", "ReportStopped"},
      {"hook H", "CreateWebhook"},     {"unhook H", "DeleteWebhook"}};
  for (const auto& [line, name] : rows) {
    CHECK(name_of(record_after(ledger, line).kind) == name);
    CHECK(ledger::command_kind_named(name).has_value());
  }
  CHECK_FALSE(ledger::command_kind_named("Nonsense"));
}

TEST_CASE("a cancel is recorded with what was named", "[record]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); submit c; submit d");
  auto id = [&](std::string_view name) { return ledger.id(name); };

  // The first `requested` events say it of an accepted one.
  ledger::CommandRecord accepted = record_after(ledger, "cancel-many c a");
  CHECK(accepted.requested == 2);
  CHECK(accepted.subjects.empty());

  ledger::CommandRecord refused = record_after(ledger, "cancel-many d ~x a ?y");
  CHECK(refused.requested == 3);
  CHECK(refused.subjects == std::vector<ledger::Ulid>{id("d"), id("a"), id("?y")});
  CHECK(refused.impossible == std::vector<std::string>{Names::impossible("~x")});

  ledger.run("batch B e");
  CHECK(record_after(ledger, "cancel-batch B").subjects == std::vector<ledger::Ulid>{id("B")});
  CHECK(record_after(ledger, "cancel-batch ~C").impossible.size() == 1);
  CHECK(record_after(ledger, "cancel-batch ~C").subjects.empty());
}

TEST_CASE("a cancel is recorded with how it was asked for, and an undo with what it undoes",
          "[record]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a");
  ledger::CommandRecord stop = record_after(ledger, "confirm 2 stop a");
  CHECK(stop.stop_running);
  CHECK(stop.plan == 2);
  CHECK(stop.requested == 1);
  CHECK_FALSE(stop.entry);
  CHECK(record_after(ledger, "stopped a").entry == 2);
  ledger::CommandRecord undo = record_after(ledger, "undo 2");
  CHECK(undo.entry == 2);
  CHECK(undo.subjects.empty());
  CHECK(record_after(ledger, "undo 2").entry == 2);  // refused
  ledger::CommandRecord plain = record_after(ledger, "cancel p");
  CHECK_FALSE(plain.stop_running);
  CHECK_FALSE(plain.plan);
  ledger.run("batch B x");
  CHECK(record_after(ledger, "confirm 0 stop-batch B").plan == 0);
  CHECK(record_after(ledger, "stop-batch B").stop_running);
}

TEST_CASE("a worker's command is recorded with its lease and what it said", "[record]") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b#red");
  CHECK(record_after(ledger, "claim a 60").subjects == std::vector<ledger::Ulid>{ledger.id("a")});
  CHECK(record_after(ledger, "progress a 50").number == 50);
  CHECK(record_after(ledger, "finish a").lease == ledger.names().lease("a"));
  // What was accepted says its events; what was refused says only the command.
  CHECK(record_after(ledger, "finish a url").text == "url");
  CHECK(record_after(ledger, "fail a boom").text == "boom");
  ledger::CommandRecord claim = record_after(ledger, "claim-tagged blue,red");
  CHECK(claim.tags == std::vector<std::string>{"blue", "red"});
  CHECK(claim.subjects.empty());
  CHECK(record_after(ledger, "claim ~x").impossible.size() == 1);
  CHECK(record_after(ledger, "batch B x - y").number == 3);
}

}  // namespace jobledger::tests
