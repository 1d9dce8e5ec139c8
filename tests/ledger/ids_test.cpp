#include "ledger/ids.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/clock.h"

namespace jobledger::tests {

using ledger::Ulid;

TEST_CASE("a ULID is written in Crockford's base 32", "[ids]") {
  CHECK(Ulid{}.text() == "00000000000000000000000000");
  CHECK(Ulid{~0ull, ~0ull}.text() == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  CHECK(Ulid{0, 31}.text() == "0000000000000000000000000Z");
  CHECK(Ulid{0, 32}.text() == "00000000000000000000000010");
  CHECK(Ulid{1, 0}.text() == "0000000000000G000000000000");
  // The example of the specification, and its value.
  CHECK(Ulid{0x0156'3e3a'b5d3'd676, 0x4c61'efb9'9302'bd5b}.text() == "01ARZ3NDEKTSV4RRFFQ69G5FAV");
}

TEST_CASE("a ULID is read back", "[ids]") {
  for (const char* text :
       {"00000000000000000000000000", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "0123456789ABCDEFGHJKMNPQRS", "5TVWXYZ0123456789ABCDEFGHJ"}) {
    REQUIRE(Ulid::parse(text));
    CHECK(Ulid::parse(text)->text() == text);
  }
  // Each bit has its place.
  for (int bit = 0; bit < 64; ++bit) {
    CHECK(Ulid::parse(Ulid{1ull << bit, 0}.text()) == Ulid{1ull << bit, 0});
    CHECK(Ulid::parse(Ulid{0, 1ull << bit}.text()) == Ulid{0, 1ull << bit});
  }
}

TEST_CASE("what is no ULID is not read", "[ids]") {
  struct Row {
    const char* text;
    bool well_formed;
  };
  for (const Row& row :
       {Row{"", false}, Row{"01ARZ3NDEKTSV4RRFFQ69G5FA", false},
        Row{"01ARZ3NDEKTSV4RRFFQ69G5FAVX", false}, Row{"01arz3ndektsv4rrffq69g5fav", false},
        Row{"01ARZ3NDEKTSV4RRFFQ69G5FAI", false}, Row{"01ARZ3NDEKTSV4RRFFQ69G5FAL", false},
        Row{"01ARZ3NDEKTSV4RRFFQ69G5FAO", false}, Row{"01ARZ3NDEKTSV4RRFFQ69G5FAU", false},
        Row{"01ARZ3NDEKTSV4RRFFQ69G5FA ", false}, Row{"01ARZ3NDEKTSV4RRFFQ69G5FA\xc3", false},
        Row{"80000000000000000000000000", true},  // beyond 128 bits
        Row{"ZZZZZZZZZZZZZZZZZZZZZZZZZZ", true}}) {
    INFO(row.text);
    CHECK(Ulid::well_formed(row.text) == row.well_formed);
    CHECK_FALSE(Ulid::parse(row.text));
  }
}

TEST_CASE("random ids go up, in one millisecond and if the clock goes back", "[ids]") {
  ledger::RandomIds ids;
  Ulid last;
  for (int i = 0; i < 5000; ++i) {
    ledger::TimeMs now = kNewYear + (i % 7) - (i % 3);
    Ulid next = ids.next_ulid(now);
    REQUIRE(next > last);
    REQUIRE(next.text() > last.text());  // as text, too
    last = next;
  }
  CHECK(ids.next_ulid(kNewYear + 1000).high >> 16 == kNewYear + 1000);
}

TEST_CASE("two sources give different ids and salts", "[ids]") {
  ledger::RandomIds a;
  ledger::RandomIds b;
  CHECK(a.next_ulid(kNewYear) != b.next_ulid(kNewYear));
  std::set<ledger::Salt> salts;
  for (int i = 0; i < 1000; ++i) {
    salts.insert(a.next_salt());
    salts.insert(b.next_salt());
  }
  CHECK(salts.size() == 2000);
}

}  // namespace jobledger::tests
