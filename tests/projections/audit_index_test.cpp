#include "projections/audit_index.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::CommandKind;
using projections::AuditIndex;
using projections::EntrySet;

std::vector<std::uint64_t> all_of(const EntrySet* set) {
  std::vector<std::uint64_t> entries;
  if (!set) return entries;
  for (auto next = set->next(0); next; next = set->next(*next + 1)) entries.push_back(*next);
  return entries;
}

std::string text_of(const EntrySet* set) {
  return to_text(all_of(set));
}

std::string mentions(LedgerFixture& ledger, const std::string& job, std::uint64_t version = ~0ull) {
  auto number = ledger.state().graph().find(ledger.team(), ledger.id(job), ~0ull);
  return to_text(ledger.state().audit().mentions_of_job(number.value(), version));
}

TEST_CASE("entries are found by team, kind and actor") {
  LedgerFixture ledger;
  ledger.run("submit p; claim p");  // 0, 1
  ledger.envelope.actor.name = "bob";
  ledger.envelope.actor.token = {1, 9};
  ledger.run("as other; submit q; cancel q; cancel q");  // 2, 3, 4: refused
  const AuditIndex& audit = ledger.state().audit();
  CHECK(text_of(audit.of_team("acme")) == "0 1 ");
  CHECK(text_of(audit.of_team("other")) == "2 3 4 ");
  CHECK(audit.of_team("nobody") == nullptr);
  CHECK(text_of(audit.of_kind(CommandKind::submit_job)) == "0 2 ");
  CHECK(text_of(audit.of_kind(CommandKind::cancel_job)) == "3 4 ");
  CHECK(text_of(audit.of_kind(CommandKind::finish_job)) == "");
  CHECK(text_of(audit.of_actor("ann")) == "0 1 ");
  CHECK(text_of(audit.of_actor("bob")) == "2 3 4 ");
  CHECK(text_of(audit.of_actor(ledger::Ulid{1, 9}.text())) == "2 3 4 ");
  CHECK(audit.of_actor("carol") == nullptr);
}

TEST_CASE("entries of actors that differ in one thing are told apart") {
  LedgerFixture ledger;
  ledger::Actor& actor = ledger.envelope.actor;
  for (const char* turn : {"1", "2"}) {
    auto submit = [&](const std::string& job) { ledger.run("submit " + job + turn); };
    submit("a");  // 0, 5
    actor.token = {1, 9};
    submit("b");  // 1, 6
    actor.token = {1, 10};
    submit("c");  // 2, 7
    actor.on_behalf_of = "carol";
    submit("d");  // 3, 8
    actor.on_behalf_of.clear();
    actor.name = "bob";
    submit("e");  // 4, 9
    actor.name = "ann";
    actor.token = {};
  }
  const AuditIndex& audit = ledger.state().audit();
  CHECK(text_of(audit.of_actor(ledger::Ulid{1, 9}.text())) == "1 6 ");
  CHECK(text_of(audit.of_actor(ledger::Ulid{1, 10}.text())) == "2 3 4 7 8 9 ");
  CHECK(text_of(audit.on_behalf_of("carol")) == "3 8 ");
  CHECK(text_of(audit.of_actor("bob")) == "4 9 ");
  CHECK(text_of(audit.of_actor("ann")) == "0 1 2 3 5 6 7 8 ");
}

TEST_CASE("a token made for another team is among the entries of both") {
  LedgerFixture ledger;
  ledger::Submission create = ledger.ask("token T");
  std::get<ledger::CreateToken>(create.command).team = "other";
  ledger.commit(create);
  CHECK(text_of(ledger.state().audit().of_team("acme")) == "0 ");
  CHECK(text_of(ledger.state().audit().of_team("other")) == "0 ");
}

TEST_CASE("a job is mentioned by what was refused and by what left it alone") {
  LedgerFixture ledger;
  ledger.run("submit p(a b)");  // 0
  ledger.run("cancel ?x");      // 1: of no job
  ledger.run("claim a");        // 2
  ledger.run("cancel a");       // 3: refused
  ledger.run("cancel b");       // 4: passes a over
  ledger.run("claim p");        // 5: refused
  CHECK(mentions(ledger, "a") == "3 4 ");
  CHECK(mentions(ledger, "a", 4) == "3 ");
  CHECK(mentions(ledger, "a", 3) == "");
  CHECK(mentions(ledger, "b") == "");
  CHECK(mentions(ledger, "p") == "5 ");
}

TEST_CASE("a refusal of a list mentions each job of the team that it named, once") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b; as other; submit c; as acme");  // 0, 1, 2
  ledger.run("cancel-many a b c");                                // 3: c is unknown here
  CHECK(mentions(ledger, "a") == "3 ");
  CHECK(mentions(ledger, "b") == "3 ");
  ledger.run("as other");
  CHECK(mentions(ledger, "c") == "");
}

TEST_CASE("a job is mentioned by the plan and the undo that were refused for it") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a");    // 0, 1
  ledger.run("confirm 1 cancel p");        // 2: a has changed
  ledger.run("cancel p; fail a boom");     // 3, 4
  ledger.run("undo 3");                    // 5: for a
  ledger.run("cancel-many b p");           // 6
  ledger.run("batch B x y; claim x");      // 7, 8
  ledger.run("confirm 8 cancel-batch B");  // 9: x has changed
  ledger.run("undo 0; undo 77");           // 10, 11: of no job
  CHECK(mentions(ledger, "a") == "2 3 5 ");
  CHECK(mentions(ledger, "p") == "2 6 ");
  CHECK(mentions(ledger, "b") == "6 ");
  CHECK(mentions(ledger, "x") == "9 ");
  CHECK(mentions(ledger, "y") == "9 ");
}

TEST_CASE("a worker that says it has stopped, and was not asked to, is late once") {
  LedgerFixture ledger;
  ledger.run("submit a; claim a; stopped a; stopped a; stop a; stopped a; stopped a");
  CHECK(ledger.state().version() == 5);  // 2: refused, 3, 4; nothing else
  CHECK(mentions(ledger, "a") == "2 ");
  CHECK(ledger.state().audit().late_report_recorded(0, ledger.names().lease("a"),
                                                    ledger::ReportKind::stopped));
}

TEST_CASE("a late report is recorded once a lease and kind") {
  LedgerFixture ledger;
  ledger.run("submit a; claim a; expire a");                  // 0, 1, 2
  ledger.run("finish a; finish a; progress a 50; fail a x");  // 3, -, 4, 5
  CHECK(ledger.state().version() == 6);
  ledger.run("finish a; progress a 60; fail a y");
  CHECK(ledger.state().version() == 6);
  CHECK(mentions(ledger, "a") == "3 4 5 ");
  ledger.run("claim a; expire a; finish a");  // 6, 7, 8: under a new lease
  CHECK(mentions(ledger, "a") == "3 4 5 8 ");

  const AuditIndex& audit = ledger.state().audit();
  ledger::LeaseId first = ledger.names().lease("a", 1);
  CHECK(audit.late_report_recorded(0, first, ledger::ReportKind::finish));
  CHECK_FALSE(audit.late_report_recorded(0, first, ledger::ReportKind::stopped));
  CHECK_FALSE(audit.late_report_recorded(1, first, ledger::ReportKind::finish));
  CHECK_FALSE(
      audit.late_report_recorded(0, ledger.names().lease("a", 2), ledger::ReportKind::fail));
}

TEST_CASE("a batch is mentioned by its creation and its cancels") {
  LedgerFixture ledger;
  ledger.run("batch B x y; batch C z");    // 0, 1
  ledger.run("cancel x; cancel-batch B");  // 2, 3
  ledger.run("cancel-batch B");            // 4: changes nothing
  ledger.run("as other; cancel-batch B");  // 5: unknown there
  const projections::State& state = ledger.state();
  auto of = [&](const char* batch, std::uint64_t version) {
    std::uint32_t number = state.graph().find_batch("acme", ledger.id(batch), ~0ull).value();
    return to_text(state.audit().entries_of_batch(number, version));
  };
  CHECK(of("B", ~0ull) == "0 3 4 ");
  CHECK(of("B", 4) == "0 3 ");
  CHECK(of("C", ~0ull) == "1 ");
}

TEST_CASE("every entry is in the index, as the log has it", "[random]") {
  std::uint64_t seed = seed_or(9);
  INFO("TEST_SEED=" << seed);
  HistoryRun run(seed);
  run.steps(300);
  const AuditIndex& audit = run.state().audit();
  std::map<std::string, std::vector<std::uint64_t>> by_team;
  std::map<std::string, std::vector<std::uint64_t>> by_actor;
  std::map<CommandKind, std::vector<std::uint64_t>> by_kind;
  for (std::uint64_t index = 0; index < run.state().version(); ++index) {
    ledger::Entry entry = run.ledger().entry(index);
    std::set<std::string> teams = {entry.envelope.actor.team};
    for (const ledger::Event& event : entry.events) {
      if (const auto* token = event.as_if<ledger::TokenDetail>()) teams.insert(token->team);
    }
    for (const std::string& team : teams) by_team[team].push_back(index);
    by_actor[entry.envelope.actor.name].push_back(index);
    by_actor[entry.envelope.actor.token.text()].push_back(index);
    by_kind[entry.command.kind].push_back(index);
  }
  for (const auto& [team, entries] : by_team) CHECK(all_of(audit.of_team(team)) == entries);
  for (const auto& [actor, entries] : by_actor) CHECK(all_of(audit.of_actor(actor)) == entries);
  for (const auto& [kind, entries] : by_kind) CHECK(all_of(audit.of_kind(kind)) == entries);
}

}  // namespace
}  // namespace jobledger::tests
