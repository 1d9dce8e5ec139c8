#include "projections/key_table.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/map_chunks.h"

namespace jobledger::tests {
namespace {

using ledger::TimeMs;
using projections::KeyTable;

/// Folds an entry made under a key; an empty key is none.
void fold(KeyTable& keys, std::uint64_t index, TimeMs time, const std::string& key = "",
          TimeMs expires = 0, const std::string& team = "acme") {
  ledger::Entry entry = entry_of({}, index, time);
  entry.envelope.actor.team = team;
  if (!key.empty()) {
    ledger::Idempotency used;
    used.key = key;
    used.fingerprint.fill(static_cast<std::uint8_t>(index));
    used.expires = expires;
    entry.envelope.idempotency = used;
  }
  keys.fold(entry, 0, 0);
}

TEST_CASE("a key leads to its entry until it expires") {
  KeyTable keys;
  fold(keys, 4, 100, "k", 200);
  auto found = keys.find("acme", "k", 150);
  REQUIRE(found);
  CHECK(found->index == 4);
  CHECK(found->fingerprint[31] == 4);
  CHECK(keys.find("acme", "k", 200));
  CHECK_FALSE(keys.find("acme", "k", 201));
  CHECK_FALSE(keys.find("acme", "other", 150));
}

TEST_CASE("a key belongs to its team") {
  KeyTable keys;
  fold(keys, 0, 100, "k", 200);
  CHECK_FALSE(keys.find("other", "k", 150));
  fold(keys, 1, 100, "k", 200, "other");
  CHECK(keys.find("acme", "k", 150)->index == 0);
  CHECK(keys.find("other", "k", 150)->index == 1);
}

TEST_CASE("a team and a key are not read as another team and key") {
  KeyTable keys;
  fold(keys, 0, 100, "bc", 200, "a");
  CHECK_FALSE(keys.find("ab", "c", 150));
}

TEST_CASE("keys are forgotten when an entry comes after their expiry") {
  KeyTable keys;
  fold(keys, 0, 100, "a", 200);
  fold(keys, 1, 110, "b", 150);
  fold(keys, 2, 120, "c", 150);
  fold(keys, 3, 150);
  CHECK(keys.size() == 3);
  fold(keys, 4, 151);
  CHECK(keys.size() == 1);
  CHECK(keys.find("acme", "a", 151));
  fold(keys, 5, 9999);
  CHECK(keys.size() == 0);
}

TEST_CASE("an expired key is free for another entry") {
  KeyTable keys;
  fold(keys, 0, 100, "k", 200);
  fold(keys, 1, 300, "k", 400);
  CHECK(keys.size() == 1);
  CHECK(keys.find("acme", "k", 350)->index == 1);
  fold(keys, 2, 500);
  CHECK(keys.size() == 0);
}

TEST_CASE("keys are saved and loaded, with their expiries") {
  KeyTable keys;
  for (std::uint64_t i = 0; i < 50; ++i) {
    fold(keys, i, 100, "k" + std::to_string(i), 200 + static_cast<TimeMs>(i % 7));
  }
  MapChunks chunks;
  keys.save(50)(chunks, run_at_once);
  KeyTable loaded;
  REQUIRE(loaded.load(50, chunks));
  CHECK(loaded.size() == 50);
  for (KeyTable* table : {&keys, &loaded}) fold(*table, 50, 204);
  MapChunks later;
  keys.save(51)(later, run_at_once);
  MapChunks loaded_later;
  loaded.save(51)(loaded_later, run_at_once);
  CHECK(later == loaded_later);
  CHECK(loaded.find("acme", "k6", 205)->index == 6);
  CHECK_FALSE(loaded.find("acme", "k3", 204));

  KeyTable damaged;
  chunks.set("all", chunks.read("all")->substr(1));
  CHECK_FALSE(damaged.load(50, chunks));
  KeyTable missing;
  CHECK_FALSE(missing.load(50, MapChunks()));
}

TEST_CASE("a key works through the writer until its time is over") {
  ledger::Rules rules;
  rules.idempotency_ttl_ms = 1000;
  LedgerFixture ledger(rules);
  ledger::Submission claim = ledger.ask("claim ?x");  // refused, and recorded as such
  claim.envelope.idempotency = ledger::Idempotency{"k", {}, 0};
  CHECK(ledger.commit(claim).version == 1);
  ledger.clock().advance(1000);
  ledger::Receipt again = ledger.commit(claim);
  CHECK(again.replayed);
  CHECK(again.version == 1);
  ledger.clock().advance(1);
  CHECK_FALSE(ledger.commit(claim).replayed);
  CHECK(ledger.state().version() == 2);
  CHECK(ledger.state().keys().size() == 1);
}

}  // namespace
}  // namespace jobledger::tests
