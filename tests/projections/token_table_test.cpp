#include "projections/token_table.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/map_chunks.h"

namespace jobledger::tests {
namespace {

using projections::TokenTable;

ledger::Sha256 hash_with(std::uint8_t first, std::uint8_t last) {
  ledger::Sha256 hash{};
  hash.front() = first;
  hash.back() = last;
  return hash;
}

void create(TokenTable& tokens, std::uint64_t entry, std::uint64_t id, const ledger::Sha256& hash) {
  ledger::Event event;
  event.kind = ledger::EventKind::token_created;
  event.subject = {1, id};
  ledger::TokenDetail detail;
  detail.team = "acme";
  detail.name = "t" + std::to_string(id);
  detail.scopes = ledger::Scopes::usual();
  detail.hash = hash;
  if (id % 2 == 0) detail.expires = 12345;
  event.detail = ledger::make_detail<ledger::Detail>(detail);
  tokens.fold(entry_of({event}, entry), 0, 1);
}

void revoke(TokenTable& tokens, std::uint64_t entry, std::uint64_t id) {
  ledger::Event event;
  event.kind = ledger::EventKind::token_revoked;
  event.subject = {1, id};
  tokens.fold(entry_of({event}, entry), 0, 1);
}

TEST_CASE("a token is valid from its entry until it is revoked, as of each version") {
  TokenTable tokens;
  create(tokens, 3, 1, hash_with(1, 1));
  revoke(tokens, 6, 1);
  for (std::uint64_t version = 0; version < 10; ++version) {
    INFO("version " << version);
    bool valid = version >= 4 && version <= 6;
    CHECK((tokens.find_valid(hash_with(1, 1), version) != nullptr) == valid);
  }
  CHECK(tokens.find({1, 1})->revoked_entry == 6);
  CHECK(tokens.find({1, 2}) == nullptr);
}

TEST_CASE("tokens with hashes that begin alike are told apart") {
  TokenTable tokens;
  create(tokens, 0, 1, hash_with(9, 1));
  create(tokens, 1, 2, hash_with(9, 2));
  CHECK(tokens.find_valid(hash_with(9, 1), 2)->id.low == 1);
  CHECK(tokens.find_valid(hash_with(9, 2), 2)->id.low == 2);
  CHECK(tokens.find_valid(hash_with(9, 3), 2) == nullptr);
  revoke(tokens, 2, 1);
  CHECK(tokens.find_valid(hash_with(9, 1), 3) == nullptr);
  CHECK(tokens.find_valid(hash_with(9, 2), 3)->id.low == 2);
}

TEST_CASE("tokens are saved and loaded") {
  TokenTable tokens;
  for (std::uint64_t i = 0; i < 9; ++i) {
    create(tokens, i, i, hash_with(static_cast<std::uint8_t>(i), 0));
  }
  revoke(tokens, 9, 4);
  MapChunks chunks;
  tokens.save(10)(chunks, run_at_once);
  TokenTable loaded;
  REQUIRE(loaded.load(10, chunks));
  REQUIRE(loaded.rows().size() == 9);
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(loaded.rows()[i].id == tokens.rows()[i].id);
    CHECK(loaded.rows()[i].detail == tokens.rows()[i].detail);
    CHECK(loaded.rows()[i].created_entry == i);
    CHECK(loaded.rows()[i].revoked_entry.has_value() == (i == 4));
  }
  CHECK(loaded.find_valid(hash_with(4, 0), 10) == nullptr);
  CHECK(loaded.find_valid(hash_with(5, 0), 10) != nullptr);
  revoke(loaded, 10, 5);
  CHECK(loaded.find_valid(hash_with(5, 0), 11) == nullptr);

  for (std::size_t size : {std::size_t{0}, std::size_t{7}, chunks.read("all")->size() - 1}) {
    MapChunks damaged;
    damaged.set("all", chunks.read("all")->substr(0, size));
    TokenTable other;
    CHECK_FALSE((size > 0 && other.load(10, damaged)));
  }
  TokenTable missing;
  CHECK_FALSE(missing.load(10, MapChunks()));
}

}  // namespace
}  // namespace jobledger::tests
