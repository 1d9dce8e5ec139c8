// A command made again from its entry: decided on the state before it, it gives the same entry.

#include "ledger/resubmission.h"

#include <catch2/catch.hpp>
#include <set>

#include "projections/redecider.h"
#include "tests/support/history_run.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using ledger::CommandKind;
using ledger::Entry;

/// Decides all of the log again, into another store, and checks that it comes out as it was.
void check_reproduced(LedgerFixture& ledger) {
  auto into = store_in_memory();
  projections::LogCopy nothing(*into);
  projections::Redecider redecider(ledger.store(), *into, nothing);
  std::uint64_t count = ledger.state().version();
  for (std::uint64_t index = 0; index < count; ++index) {
    Entry entry = ledger.entry(index);
    auto receipt = redecider.decide(entry);
    INFO("entry " << index << " (" << name_of(entry.command.kind) << ")"
                  << (receipt ? "" : ": " + receipt.error().message));
    REQUIRE(receipt);
    REQUIRE(receipt->entry);
    REQUIRE(*receipt->entry == entry);
  }
  REQUIRE(redecider.flush());
  for (std::uint64_t index = 0; index < count; ++index) {
    INFO("entry " << index);
    REQUIRE(into->entry(index).value() == ledger.store().entry(index).value());
    for (const ledger::Event& event : ledger.entry(index).events) {
      if (event.kind != ledger::EventKind::job_submitted) continue;
      REQUIRE(into->payload(event.subject).value() ==
              ledger.store().payload(event.subject).value());
    }
  }
}

/// Kinds of the entries, those refused with the code behind them.
void note_kinds(LedgerFixture& ledger, std::set<std::string>& kinds) {
  for (std::uint64_t index = 0; index < ledger.state().version(); ++index) {
    Entry entry = ledger.entry(index);
    std::string kind(name_of(entry.command.kind));
    if (entry.refusal) kind += " " + std::string(name_of(entry.refusal->code));
    kinds.insert(kind);
  }
}

void play(LedgerFixture& ledger, std::string_view lines, std::set<std::string>& kinds) {
  INFO(lines);
  ledger.run(lines);
  note_kinds(ledger, kinds);
  check_reproduced(ledger);
}

}  // namespace

TEST_CASE("every kind of command is made again from its entry", "[resubmission]") {
  std::set<std::string> kinds;
  for (const char* lines : {
           "submit p#red,blue!7(a b(c d)); join j(k l); batch B x y(z) -",
           "submit a; claim; progress a 40; finish a https://done.example/a",
           "submit a; claim a 60; fail a broken; claim a; progress a 5; stopped a",
           "submit p(a b); claim-tagged red; claim a; expire a; claim; fail a broken",
           "submit p(a b(c)); cancel c; undo 1; undo 2; cancel c; undo 4; undo 4; undo 0; undo 99",
           "submit p(a b); claim a; stop a; undo 2; stop b; stopped a; undo 4; undo 5",
           "submit p(a b); claim a; stop p; expire a; undo 2",
           "batch B x(y) z; claim y; stop-batch B; finish y; undo 2; cancel-batch B; cancel-batch "
           "B",
           "submit a; submit b; submit c; cancel-many a b; cancel-many c a ~z ?x ~w b; cancel ~z",
           "submit p(a b); claim a; confirm 1 cancel b; confirm 2 cancel b; confirm 2 cancel b",
           "batch B x y; claim x; confirm 1 cancel-batch B; cancel-batch ~b; cancel-batch ?b",
           "token T; revoke T; revoke ?t; claim ~z; claim ?z; submit a; claim a; claim a",
           "submit a; claim a; stop a; stop a; stopped a; stopped a; finish a; fail a x",
           "submit a; claim a; stopped a; expire a; finish a; claim a; finish a - 1",
           "batch B - -",
           "rotate k1; rotate k2",
           "submit a; restore 000012; cut aside-1",
           "hook H; hook I; unhook H; unhook ?h",
       }) {
    LedgerFixture ledger;
    ledger.rules.output_url_template = "https://out.example/{id}.mp4";
    play(ledger, lines, kinds);
  }
  for (std::uint8_t kind = 0; kind < ledger::kCommandKinds; ++kind) {
    CHECK(kinds.count(std::string(name_of(static_cast<CommandKind>(kind)))) == 1);
  }
}

TEST_CASE("a command that its token did not allow is made again, and is refused again",
          "[resubmission]") {
  std::set<std::string> kinds;
  LedgerFixture ledger;
  play(ledger,
       "submit a; batch B x; token T; claim a; scopes jobs:read; submit c(d); join j; batch C y -;"
       "cancel a; cancel-many a ~z; cancel-batch B; claim x; progress a 40; finish a u; fail a f;"
       "stopped a; undo 2; token U; revoke T; rotate k; restore 000012; cut aside-1; hook H;"
       "unhook ?h",
       kinds);
  CHECK(kinds.size() == 4 + 19);
}

TEST_CASE("a cancel beyond the guard of its token is made again, and is refused again",
          "[resubmission]") {
  std::set<std::string> kinds;
  LedgerFixture ledger;
  ledger.envelope.actor.confirm_above = 1;
  play(ledger, "submit p(a b); cancel a; confirm 1 cancel a", kinds);
  CHECK(kinds.contains("CancelJob confirmation_required"));
}

TEST_CASE("a job that gave up is made again with the attempts of its rules", "[resubmission]") {
  std::set<std::string> kinds;
  ledger::Rules rules;
  rules.max_attempts = 2;
  LedgerFixture ledger(rules);
  play(ledger, "submit p(a b); claim a; expire a; claim a; expire a", kinds);
  CHECK(ledger.statuses("p a b") == "p:error a:error b:manually_cancelled");
}

TEST_CASE("random histories decided again come out as they were, byte for byte",
          "[resubmission][random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 12; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(300);
    check_reproduced(run.ledger());
  }
}

}  // namespace jobledger::tests
