#include "daemon/render/token.h"

#include <catch2/catch.hpp>

#include "tests/daemon/e2e/json.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::render {
namespace {

e2e::Json listed(tests::LedgerFixture& ledger, std::uint64_t version) {
  return e2e::Json(tokens(ledger.state(), version))["items"];
}

}  // namespace

TEST_CASE("a token that was issued or revoked later, or not durably, is shown as it was",
          "[render]") {
  tests::LedgerFixture ledger;
  ledger.run("token T; token U");
  ledger::PreparedGroup group = ledger.prepare({ledger.ask("revoke T"), ledger.ask("token V")});
  ledger::TokenId id = ledger.id("T");
  CHECK(listed(ledger, 2).size() == 2);
  CHECK(listed(ledger, 2)[0]["revokedAt"].is_null());
  CHECK_FALSE(read_token(ledger.state(), id, 2)->revoked_at);
  ledger.append(group);
  CHECK(listed(ledger, 4).size() == 3);
  CHECK(listed(ledger, 4)[0]["revokedAt"].is_string());
  CHECK(read_token(ledger.state(), id, 3)->revoked_at == tests::kNewYear);
  CHECK_FALSE(read_token(ledger.state(), id, 2)->revoked_at);
  CHECK_FALSE(read_token(ledger.state(), id, 0));
  CHECK_FALSE(read_token(ledger.state(), ledger.id("?W"), 4));
  CHECK(listed(ledger, 0).size() == 0);
}

TEST_CASE("a list of tokens that takes several slices has each of them once", "[render]") {
  tests::LedgerFixture ledger;
  for (int i = 0; i < 2500; ++i) ledger.run("token t" + std::to_string(i));
  e2e::Json items = listed(ledger, 2500);
  REQUIRE(items.size() == 2500);
  std::size_t i = 0;
  for (const e2e::Json& item : items.items()) {
    REQUIRE(item["id"] == ledger.id("t" + std::to_string(i++)).text());
  }
}

}  // namespace jobledger::daemon::render
