#include "daemon/render/refusal.h"

#include <catch2/catch.hpp>

#include "tests/daemon/e2e/json.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::render {

TEST_CASE("the details of a refusal fetch each entry once", "[render]") {
  tests::LedgerFixture ledger;
  constexpr int kTrees = 30;
  std::string jobs;
  for (const char* child : {"a", "b"}) {
    for (int i = 0; i < kTrees; ++i) jobs += child + std::to_string(i) + " ";
  }
  std::uint64_t bytes = 0;
  for (int i = 0; i < kTrees; ++i) {
    std::string n = std::to_string(i);
    ledger.run("submit p" + n + "(a" + n + " b" + n + ")");
    ledger.envelope.reason = "because " + n;
    ledger.run("cancel p" + n);
    bytes += ledger.store().entry(ledger.state().version() - 1)->size();
  }
  ledger::Receipt receipt = ledger.cancel_many(jobs);
  REQUIRE(receipt.entry->refusal);
  projections::LogReader log(ledger.store());
  http::Reply reply = refused(*receipt.entry->refusal, "r-1", log);
  CHECK(reply.status == 409);
  CHECK(log.bytes_read() == bytes);
  e2e::Json details = e2e::Json(reply.body)["details"];
  REQUIRE(details.size() == 2 * kTrees);
  CHECK(details[0]["reason"] == "because 0");
  CHECK(details[kTrees + 7]["reason"] == "because 7");
  CHECK(details[7]["time"].is_string());
}

}  // namespace jobledger::daemon::render
