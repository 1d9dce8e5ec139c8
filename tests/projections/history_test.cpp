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

TEST_CASE("the history of a run goes on over a stop in the middle of it") {
  for (const char* end : {"stopped a", "expire a", "finish a", "fail a boom"}) {
    LedgerFixture ledger;
    ledger.run("submit a; submit x; claim a; progress a 20; claim x; stop a; progress a 40");
    //          0         1         2        3              4        5       6
    ledger.run("undo 5; progress a 60; stop a; progress a 80");
    //          7       8              9       10
    LogReader log(ledger.store());
    auto history = [&](const EntryRange& range) {
      return to_text(entries_of_job(ledger.state(), log, 0, range));
    };
    CHECK(history({0, 11}) == "0 2 3 5 6 7 8 9 10 ");
    ledger.run(end);  // 11
    INFO(end);
    CHECK(history({0, 12}) == "0 2 3 5 6 7 8 9 10 11 ");
    CHECK(history({0, 9}) == "0 2 3 5 6 7 8 ");
    CHECK(history({6, 12}) == "6 7 8 9 10 11 ");
    CHECK(history({8, 9}) == "8 ");
  }
}

TEST_CASE("the history of a job tells of its undos, and of those refused for it") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a; cancel p; fail a boom; undo 2");  // 0 to 4
  LogReader log(ledger.store());
  auto history = [&](const char* job) {
    auto number = ledger.state().graph().find(ledger.team(), ledger.id(job), ~0ull).value();
    return to_text(entries_of_job(ledger.state(), log, number, {0, ledger.state().version()}));
  };
  CHECK(history("a") == "0 1 2 3 4 ");
  CHECK(history("p") == "0 2 4 ");  // it was of what had cancelled p, and refused for a
  ledger.run("submit q(c); cancel q; undo 6; undo 7");  // 5 to 8
  CHECK(history("c") == "5 6 7 8 ");
  ledger.run("scopes jobs:read; undo 6; as other; scopes jobs:cancel; undo 6; as acme");  // 9, 10
  CHECK(history("c") == "5 6 7 8 9 ");
  CHECK(to_text(projections::steps_of_job(ledger.state(), 3, 10)) == "5 6 7 8 9 ");
  CHECK(to_text(projections::steps_of_job(ledger.state(), 3, 9)) == "5 6 7 8 ");
}

}  // namespace
}  // namespace jobledger::tests
