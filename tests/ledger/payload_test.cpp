#include "ledger/payload.h"

#include <catch2/catch.hpp>

#include "ledger/keys.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

constexpr ledger::JobId kRoot{1, 1};
constexpr ledger::JobId kChild{1, 2};
const std::string kBody = "before{\"root\":{\"child\":1}}after";
const ledger::PayloadSlice kRootSlice{kRoot, kRoot, 6, 20};
const ledger::PayloadSlice kChildSlice{kChild, kRoot, 14, 11};

void put(ledger::Store& store, ledger::JobId job, const std::string& row) {
  ledger::StoreBatch batch(store);
  batch.put_payload(job, row);
  REQUIRE(store.write(batch));
}

/// The row of a child with this place in its root's body.
std::string child_row(std::uint64_t begin, std::uint64_t length) {
  std::string row = "S" + ledger::keys::payload(kRoot);
  ledger::keys::append_number(row, begin);
  ledger::keys::append_number(row, length);
  return row;
}

}  // namespace

TEST_CASE("a body is read back byte for byte", "[payload]") {
  auto store = store_in_memory();
  put(*store, kRoot, payload_row(kRootSlice, kRootSlice, kBody));
  put(*store, kChild, payload_row(kChildSlice, kRootSlice, kBody));
  CHECK(ledger::read_payload(*store, kRoot).value() == "{\"root\":{\"child\":1}}");
  CHECK(ledger::read_payload(*store, kChild).value() == "{\"child\":1}");
  // The child's bytes are stored once, in its root.
  CHECK(store->payload(kChild).value() == child_row(8, 11));
}

TEST_CASE("an empty body is one", "[payload]") {
  auto store = store_in_memory();
  ledger::PayloadSlice empty{kRoot, kRoot, 0, 0};
  put(*store, kRoot, payload_row(empty, empty, ""));
  CHECK(ledger::read_payload(*store, kRoot).value().empty());
}

TEST_CASE("a damaged payload is said, never guessed", "[payload]") {
  auto store = store_in_memory();
  const std::string damaged = "the payload of job " + kChild.text() + " is damaged";
  auto reads_as_damaged = [&](const std::string& row) {
    put(*store, kChild, row);
    auto payload = ledger::read_payload(*store, kChild);
    REQUIRE_FALSE(payload);
    CHECK(payload.error().message == damaged);
  };
  put(*store, kRoot, "Bfour");
  reads_as_damaged("");
  reads_as_damaged("X");
  reads_as_damaged("S");
  reads_as_damaged(child_row(0, 4) + "x");
  reads_as_damaged(child_row(0, 5));
  reads_as_damaged(child_row(5, 0));
  reads_as_damaged(child_row(2, 3));
  reads_as_damaged(child_row(1, ~std::uint64_t{0}));
  put(*store, kChild, child_row(4, 0));
  CHECK(ledger::read_payload(*store, kChild).value().empty());

  put(*store, kRoot, child_row(0, 1));  // a root that is no body
  reads_as_damaged(child_row(0, 1));
}

TEST_CASE("a payload that is not there is said", "[payload]") {
  auto store = store_in_memory();
  CHECK_THAT(ledger::read_payload(*store, kChild).error().message, Catch::Contains(kChild.text()));
  put(*store, kChild, child_row(0, 1));
  CHECK_THAT(ledger::read_payload(*store, kChild).error().message, Catch::Contains(kRoot.text()));
}

TEST_CASE("a redacted body is read as it is, and is known as one", "[payload]") {
  auto store = store_in_memory();
  ledger::PayloadRow root{true, "{\"root\":{\"child\":1}}", std::nullopt};
  ledger::PayloadRow child{true, "", ledger::PayloadSlice{kChild, kRoot, 8, 11}};
  put(*store, kRoot, write_payload_row(root));
  put(*store, kChild, write_payload_row(child));
  CHECK(ledger::read_payload(*store, kRoot).value() == root.body);
  CHECK(ledger::read_payload(*store, kChild).value() == "{\"child\":1}");
  CHECK(ledger::read_payload_row(*store, kRoot).value() == root);
  CHECK(ledger::read_payload_row(*store, kChild).value() == child);
  CHECK(store->payload(kRoot).value() != payload_row(kRootSlice, kRootSlice, kBody));
}

}  // namespace jobledger::tests
