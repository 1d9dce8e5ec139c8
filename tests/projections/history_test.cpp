#include "projections/history.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using projections::entries_of_job;
using projections::EntryRange;
using projections::LogReader;
using Entries = std::vector<std::uint64_t>;

/// Four runs of eight reports, three of them ended, and refused commands between them.
void make_long_history(LedgerFixture& ledger) {
  ledger.submit("p");
  for (int run = 0; run < 4; ++run) {
    ledger.run("claim p; cancel p");
    for (unsigned percent = 10; percent < 90; percent += 10) ledger.progress("p", percent);
    if (run < 3) ledger.run("expire p; submit q" + std::to_string(run));
  }
}

Entries first_of(const Entries& all, std::uint64_t from, std::size_t count) {
  Entries some;
  for (std::uint64_t entry : all) {
    if (entry >= from && some.size() < count) some.push_back(entry);
  }
  return some;
}

TEST_CASE("a range of a history is a part of the whole") {
  LedgerFixture ledger;
  make_long_history(ledger);
  LogReader log(ledger.store());
  std::uint64_t version = ledger.state().version();
  Entries all = entries_of_job(ledger.state(), log, 0, {0, version});
  CHECK(all.size() == 1 + 4 * 10 + 3);
  for (std::uint64_t from = 0; from <= version; ++from) {
    for (std::size_t limit : {1U, 2U, 5U, 9U, 20U, 1000U}) {
      INFO("from " << from << " limit " << limit);
      Entries some = entries_of_job(ledger.state(), log, 0, {from, version, limit});
      // One more than asked for, so that it is known whether there is more.
      REQUIRE(first_of(some, 0, limit + 1) == first_of(all, from, limit + 1));
    }
  }
  for (std::uint64_t then = 1; then <= version; ++then) {
    Entries until = entries_of_job(ledger.state(), log, 0, {0, then});
    Entries expected;
    for (std::uint64_t entry : all) {
      if (entry < then) expected.push_back(entry);
    }
    REQUIRE(until == expected);
  }
}

TEST_CASE("a page of a history follows no run behind it, and none before it") {
  LedgerFixture ledger;
  make_long_history(ledger);
  std::uint64_t version = ledger.state().version();
  auto read = [&](const EntryRange& range) {
    LogReader log(ledger.store());
    entries_of_job(ledger.state(), log, 0, range);
    return log.bytes_read();
  };
  std::uint64_t whole = read({0, version});
  CHECK(read({0, version, 2}) < whole / 2);
  CHECK(read({version - 5, version}) == 0);  // the last run is in memory
  CHECK(whole > 0);
}

}  // namespace
}  // namespace jobledger::tests
