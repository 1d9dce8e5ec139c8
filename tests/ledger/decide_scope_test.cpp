#include "tests/ledger/table.h"

namespace jobledger::tests {
namespace {

/// Every scope but one.
ledger::Scopes all_but(ledger::Scope scope) {
  return ledger::Scopes(static_cast<std::uint16_t>(ledger::Scopes::all().bits() &
                                                   ~static_cast<std::uint16_t>(scope)));
}

struct ScopeRow {
  std::string given;
  std::string when;
  ledger::Scope scope;
};

const std::vector<ScopeRow> kRows = {
    {"", "submit a", ledger::Scope::jobs_write},
    {"", "join a", ledger::Scope::jobs_write},
    {"", "batch B a", ledger::Scope::jobs_write},
    {"submit a", "cancel a", ledger::Scope::jobs_cancel},
    {"submit a", "cancel-many a", ledger::Scope::jobs_cancel},
    {"batch B a", "cancel-batch B", ledger::Scope::jobs_cancel},
    {"submit a", "claim", ledger::Scope::worker},
    {"submit a; claim", "progress a 50", ledger::Scope::worker},
    {"submit a; claim", "finish a", ledger::Scope::worker},
    {"submit a; claim", "fail a boom", ledger::Scope::worker},
    {"", "token T", ledger::Scope::admin},
    {"token T", "revoke T", ledger::Scope::admin},
    {"", "rotate k", ledger::Scope::admin},
    {"submit a; cancel a", "undo 1", ledger::Scope::jobs_cancel},
    {"submit a; claim; stop a", "stopped a", ledger::Scope::worker},
    {"", "restore 000012", ledger::Scope::admin},
    {"", "cut aside-1", ledger::Scope::admin},
    {"hook H", "unhook H", ledger::Scope::jobs_write},
};

}  // namespace

TEST_CASE("each command needs its scope and no other", "[decide][scope]") {
  for (const ScopeRow& row : kRows) {
    LedgerFixture ledger;
    ledger.run(row.given);
    INFO(row.when << " with " << name_of(row.scope));

    ledger.envelope.actor.scopes = all_but(row.scope);
    auto receipt = ledger.run(row.when);
    CHECK(ledger.tell(receipt) == "refused insufficient_scope");
    REQUIRE(receipt.refusal);
    CHECK(receipt.refusal->limit == static_cast<std::uint64_t>(row.scope));

    ledger.envelope.actor.scopes = ledger::Scopes().with(row.scope);
    CHECK(ledger.run(row.when).entry->accepted());
  }
}

TEST_CASE("a scope that is missing hides what there is", "[decide][scope]") {
  check({
      {"an unknown job", "submit a; scopes jobs:read", "cancel ?x", "refused insufficient_scope"},
      {"a claim when nothing is queued", "scopes jobs:read", "claim", "refused insufficient_scope"},
  });
}

TEST_CASE("the system needs no scope to end a lease", "[decide][scope]") {
  check({{"a lease ends", "submit a; claim; scopes jobs:read", "expire a",
          "requeued a lease-ended"}});
}

TEST_CASE("tokens are issued and revoked", "[decide][token]") {
  check({
      {"issued", "", "token T", "token T"},
      {"revoked", "token T", "revoke T", "revoked T"},
      {"once", "token T; revoke T", "revoke T", "nothing"},
      {"nobody knows it", "token T", "revoke ?U", "refused token_not_found ?U"},
      {"a job is none", "submit a", "revoke a", "refused token_not_found a"},
  });
  LedgerFixture ledger;
  ledger::Submission asked = ledger.ask("token T");
  ledger::CreateToken wanted{"team", "T", ledger::Scopes::usual(), ledger::Sha256{7}, 1234};
  asked.command = wanted;
  auto receipt = ledger.commit(std::move(asked));
  auto detail = receipt.entry->events.at(0).as<ledger::TokenDetail>();
  CHECK(detail ==
        ledger::TokenDetail{"team", "T", ledger::Scopes::usual(), ledger::Sha256{7}, 1234});
}

}  // namespace jobledger::tests
