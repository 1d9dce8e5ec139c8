#include "daemon/render/history.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/render/page_end.h"
#include "tests/daemon/e2e/json.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::render {
namespace {

using projections::LogReader;
using tests::LedgerFixture;

/// A job with so many refused cancels that a page does not hold them.
void fill(LedgerFixture& ledger, int cancels) {
  ledger.run("submit p; cancel p");
  ledger.envelope.reason = std::string(8000, 'r');
  for (int i = 0; i < cancels; ++i) ledger.cancel("p");
}

e2e::Json page_of(LedgerFixture& ledger, std::uint64_t from, std::size_t limit) {
  LogReader log(ledger.store());
  return e2e::Json(history(ledger.state(), log, 0, {from, ledger.state().version(), limit}));
}

}  // namespace

TEST_CASE("a history is paged by the entry to go on from", "[render]") {
  LedgerFixture ledger;
  fill(ledger, 20);
  std::vector<std::int64_t> seen;
  std::uint64_t from = 0;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    e2e::Json page = page_of(ledger, from, 3);
    CHECK(page["items"].size() <= 3);
    for (const e2e::Json& item : page["items"].items()) seen.push_back(item["index"].integer());
    more = !page["next"].is_null();
    if (more) from = static_cast<std::uint64_t>(page["next"].integer());
  }
  CHECK(pages == 8);
  REQUIRE(seen.size() == 22);
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == static_cast<std::int64_t>(i));
  CHECK(page_of(ledger, 20, 2)["next"].is_null());
  CHECK(page_of(ledger, 22, 2)["items"].size() == 0);
}

TEST_CASE("a page of a history ends after 4 MiB, and the next goes on there", "[render]") {
  LedgerFixture ledger;
  fill(ledger, 900);
  e2e::Json first = page_of(ledger, 0, 1000);
  CHECK(first.dump().size() < kPageBytes + 20'000);
  CHECK(first.dump().size() > kPageBytes - 20'000);
  REQUIRE(first["next"].is_number());
  CHECK(first["next"].integer() == first["items"].size());
  e2e::Json rest = page_of(ledger, static_cast<std::uint64_t>(first["next"].integer()), 1000);
  CHECK(rest["next"].is_null());
  CHECK(first["items"].size() + rest["items"].size() == 902);
}

TEST_CASE("a text of a history that is too large says where there is more", "[render]") {
  LedgerFixture ledger;
  fill(ledger, 600);
  LogReader log(ledger.store());
  std::string whole = history_as_text(ledger.state(), log, 0, 500);
  CHECK(std::count(whole.begin(), whole.end(), '\n') == 500);
  LogReader again(ledger.store());
  std::string text = history_as_text(ledger.state(), again, 0, ledger.state().version());
  CHECK(text.size() < kPageBytes + 20'000);
  auto lines = std::count(text.begin(), text.end(), '\n');
  CHECK(lines < 602);
  CHECK_THAT(text, Catch::EndsWith("there is more: read on at GET /ledger/v1/jobs/" +
                                   ledger.id("p").text() +
                                   "/history?from=" + std::to_string(lines - 1) + '\n'));
}

TEST_CASE("a history tells the cause of an event and the job that pulled it in", "[render]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim b; cancel p");
  LogReader log(ledger.store());
  auto b = *ledger.state().graph().find("acme", ledger.id("b"), 3);
  e2e::Json page(history(ledger.state(), log, b, {0, 3}));
  e2e::Json last = page["items"][2];
  CHECK(last["cause"] == "parent");
  CHECK(last["via"] == ledger.id("p").text());
  CHECK(last["event"]["type"] == "CancelSkipped");
  CHECK(last["event"]["via"] == ledger.id("p").text());
  CHECK(page["items"][1]["via"].is_null());
  CHECK_THAT(history_as_text(ledger.state(), log, b, 3),
             Catch::Contains("cause parent via " + ledger.id("p").text()));
}

}  // namespace jobledger::daemon::render
