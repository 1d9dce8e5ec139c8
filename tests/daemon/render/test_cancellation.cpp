#include "daemon/render/cancellation.h"

#include <catch2/catch.hpp>

#include "projections/cancellations.h"
#include "tests/daemon/e2e/json.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::render {
namespace {

using projections::CancellationFilter;
using projections::LogReader;
using tests::LedgerFixture;

/// A page as the list has it; gives what was read of the log for it.
std::uint64_t read_page(LedgerFixture& ledger, CancellationFilter filter, std::size_t rows) {
  filter.team = "acme";
  LogReader log(ledger.store());
  std::uint64_t version = ledger.state().version();
  std::string text;
  json::Writer out(text);
  out.begin_array();
  auto found = projections::find_cancellations(ledger.state(), filter, version, rows);
  REQUIRE(found.size() == rows);
  for (std::uint64_t entry : found) {
    cancellation(out, ledger.state(), log.outline(entry), version);
  }
  out.end_array();
  CHECK(e2e::Json(text).size() == static_cast<int>(rows));
  return log.bytes_read();
}

void grow(LedgerFixture& ledger, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    ledger.envelope.reason = i % 10 == 0 ? "rare logo" : "usual";
    static int names = 0;
    std::string job = "j" + std::to_string(++names);
    ledger.run("submit " + job + "; cancel " + job + "; cancel " + job);
  }
}

}  // namespace

TEST_CASE("a page of cancellations costs its rows, however long the log is", "[render]") {
  LedgerFixture ledger;
  grow(ledger, 100);
  CancellationFilter all;
  all.below = ~0ull;
  CancellationFilter rare = all;
  rare.words = {"rare"};
  rare.outcome = CancellationFilter::Outcome::refused;
  CancellationFilter old = all;
  old.below = 100;
  std::uint64_t of_all = read_page(ledger, all, 10);
  std::uint64_t of_rare = read_page(ledger, rare, 5);
  std::uint64_t of_old = read_page(ledger, old, 10);
  CHECK(of_all > 0);
  grow(ledger, 900);
  // Ids are of one size, and so are the entries.
  CHECK(read_page(ledger, all, 10) == of_all);
  CHECK(read_page(ledger, rare, 5) == of_rare);
  CHECK(read_page(ledger, old, 10) == of_old);
}

}  // namespace jobledger::daemon::render
