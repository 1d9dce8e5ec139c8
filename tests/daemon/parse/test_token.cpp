#include <catch2/catch.hpp>

#include "daemon/parse/token.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

namespace {

constexpr ledger::TimeMs kNow = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

std::string token_body(const std::string& more) {
  return R"({"team":"t","name":"n",)" + more + "}";
}

}  // namespace

TEST_CASE("a token", "[parse]") {
  auto parsed = parse_token(R"({"team":"team-1","name":"ci.bot_2"})", kNow);
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.team == "team-1");
  CHECK(parsed.value.name == "ci.bot_2");
  CHECK(parsed.value.scopes == ledger::Scopes::usual());
  CHECK_FALSE(parsed.value.expires);

  parsed = parse_token(
      token_body(R"("scopes":["worker","admin"],"expires":"2026-01-01T00:00:00.001Z")"), kNow);
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.scopes ==
        ledger::Scopes().with(ledger::Scope::worker).with(ledger::Scope::admin));
  CHECK(parsed.value.expires == kNow + 1);
  CHECK(parse_token(token_body(R"("scopes":" jobs:read , worker")"), kNow).value.scopes ==
        ledger::Scopes().with(ledger::Scope::jobs_read).with(ledger::Scope::worker));
}

TEST_CASE("what is wrong with a token", "[parse]") {
  const std::string name = "give 1 to 64 characters of A-Z, a-z, 0-9, _, . and -";
  const std::string known =
      " must be of jobs:read, jobs:write, jobs:cancel, worker, audit:read, audit:all, admin";
  const Row rows[] = {
      {"{}", "team is required: " + name + "\nname is required: " + name},
      {R"({"team":"","name":"a b"})", "team is no name: " + name + "\nname is no name: " + name},
      {R"({"team":1,"name":")" + std::string(65, 'n') + "\"}",
       "team must be a string, not a number\nname is no name: " + name},
      {token_body(R"("scopes":["worker","x","worker,admin",1])"),
       "scopes[1]" + known + "\nscopes[2]" + known + "\nscopes[3] must be a string, not a number"},
      {token_body(R"("scopes":"x")"), "scopes" + known},
      {token_body(R"("scopes":[""])"), "scopes[0]" + known},
      {token_body(R"("scopes":[])"), "scopes must name a scope: leave it out for the usual ones"},
      {token_body(R"("scopes":"")"), "scopes must name a scope: leave it out for the usual ones"},
      {token_body(R"("scopes":{})"),
       "scopes must be an array of strings or a csv string, not an object"},
      {token_body(R"("expires":"tomorrow")"),
       "expires must be an RFC 3339 time, such as 2026-01-31T23:59:59Z"},
      {token_body(R"("expires":"2026-01-01T00:00:00Z")"), "expires must lie in the future"},
      {token_body(R"("expires":5)"), "expires must be a string, not a number"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(lines(parse_token(row.input, kNow).problems) == row.wanted);
  }
}
