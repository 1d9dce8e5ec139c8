#include "daemon/claim_waiters.h"

#include <catch2/catch.hpp>

#include "ledger/codec.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using daemon::ClaimWaiters;

TEST_CASE("a claim that asks while a job comes looks once more, unless its client has gone") {
  LedgerFixture ledger;
  boost::asio::io_context io;
  ClaimWaiters waiters(io, ledger.state());
  bool gone = false;
  int asked = 0;
  ClaimWaiters::Claim claim;
  claim.team = ledger.team();
  claim.gone = [&] { return gone; };
  claim.ask = [&] { ++asked; };
  claim.expire = [] {};
  auto waiter = waiters.add(claim, std::chrono::minutes(1));
  ledger.run("submit p");
  waiters.follow(ledger::decode(ledger.store().entry(0).value()).value());
  io.poll();
  REQUIRE(asked == 0);  // it is just asking
  SECTION("it is there") {
    CHECK_FALSE(waiters.answered(waiter, ClaimWaiters::Answer::nothing));
    io.poll();
    CHECK(asked == 1);
  }
  SECTION("it has gone") {
    gone = true;
    CHECK_FALSE(waiters.answered(waiter, ClaimWaiters::Answer::nothing));
    io.poll();
    CHECK(asked == 0);
  }
  waiters.stop();
}

}  // namespace
}  // namespace jobledger::tests
