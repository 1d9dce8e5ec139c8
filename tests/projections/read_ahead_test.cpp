#include "projections/read_ahead.h"

#include <catch2/catch.hpp>
#include <random>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "tests/support/history_run.h"
#include "tests/support/tampering.h"

namespace jobledger::tests {
namespace {

using projections::ReadAhead;
using projections::ReadDepth;
using projections::ReadEntry;

constexpr std::uint64_t kMany = 5000;  // far more chunks than are read ahead

/// A store with entries of that many bytes each, which decode to nothing.
std::unique_ptr<ledger::Store> store_of(std::uint64_t entries, std::size_t bytes) {
  auto store = store_in_memory();
  ledger::StoreBatch batch(*store);
  for (std::uint64_t index = 0; index < entries; ++index) {
    batch.put_entry(index, std::string(bytes + index % 7, static_cast<char>('a' + index % 26)));
  }
  REQUIRE(store->write(batch));
  return store;
}

/// How many came, each checked against the store.
std::uint64_t take_all(const ledger::Store& store, ReadAhead& log, std::uint64_t first) {
  std::uint64_t index = first;
  for (; ReadEntry* read = log.next(); ++index) {
    REQUIRE(read->index == index);
    std::string bytes = store.entry(index).value();
    REQUIRE(read->bytes == bytes);
    REQUIRE(read->leaf == ledger::HashTree::hash_leaf(ledger::sha256({bytes})));
  }
  return index - first;
}

}  // namespace

TEST_CASE("a log is read ahead in order, from anywhere to anywhere", "[read-ahead]") {
  auto store = store_of(kMany, 40);
  for (auto [first, until] : {std::pair<std::uint64_t, std::uint64_t>{0, kMany},
                              {0, 1},
                              {0, 256},
                              {255, 513},
                              {kMany - 1, kMany},
                              {7, 7},
                              {kMany, kMany}}) {
    INFO(first << " to " << until);
    ReadAhead log(*store, first, until, ReadDepth::hashes);
    CHECK(take_all(*store, log, first) == until - first);
    CHECK(log.next() == nullptr);
    CHECK(log.status());
  }
}

TEST_CASE("reading ahead ends where the log does", "[read-ahead]") {
  auto store = store_of(1000, 40);
  ReadAhead log(*store, 10, 1'000'000, ReadDepth::hashes);
  CHECK(take_all(*store, log, 10) == 990);
  CHECK(log.status());
}

TEST_CASE("large entries are read ahead a few at a time", "[read-ahead]") {
  auto store = store_of(60, 1 << 20);
  ReadAhead log(*store, 0, 60, ReadDepth::hashes);
  CHECK(take_all(*store, log, 0) == 60);
}

TEST_CASE("who reads ahead may leave at any entry", "[read-ahead]") {
  auto store = store_of(kMany, 40);
  std::uint64_t seed = seed_or(5);
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 50; ++i) {
    ReadAhead log(*store, 0, kMany, ReadDepth::hashes);
    for (std::uint64_t left = random() % kMany; left > 0; --left) REQUIRE(log.next());
  }
}

TEST_CASE("entries up to a gap are read, and the gap is named", "[read-ahead]") {
  HistoryRun run(seed_or(4));
  while (run.state().version() < 700) run.step();
  auto store = copy_without(run.store(), [](std::uint64_t index) { return index == 600; });
  ReadAhead log(*store, 0, run.state().version(), ReadDepth::hashes);
  CHECK(take_all(*store, log, 0) == 600);
  REQUIRE_FALSE(log.status());
  CHECK_THAT(log.status().error().message, Catch::StartsWith("entry 600 is missing from the log"));
  ReadAhead after(*store, 601, run.state().version(), ReadDepth::hashes);
  CHECK(take_all(*store, after, 601) == run.state().version() - 601);
}

TEST_CASE("entries that are read ahead are decoded, and their payloads checked", "[read-ahead]") {
  HistoryRun run(seed_or(6));
  while (run.state().version() < 700) run.step();
  auto is_submission = [&](std::uint64_t index) {
    const auto entry = run.ledger().entry(index);
    return !entry.events.empty() && entry.events[0].kind == ledger::EventKind::job_submitted;
  };
  std::uint64_t bad_entry = 300;
  std::uint64_t bad_payload = 400;
  while (is_submission(bad_entry)) ++bad_entry;
  while (!is_submission(bad_payload)) ++bad_payload;
  ledger::JobId job = run.ledger().entry(bad_payload).events[0].subject;
  ledger::StoreBatch batch(run.store());
  batch.put_payload(job, "Banother");
  REQUIRE(run.store().write(batch));
  put_entry(run.store(), bad_entry, "too short");

  ReadAhead log(run.store(), 0, run.state().version(), ReadDepth::payloads);
  while (ReadEntry* read = log.next()) {
    INFO(read->index);
    CHECK(read->decoded.has_value() == (read->index != bad_entry));
    CHECK(read->redacted.has_value() == (read->index != bad_payload));
    if (read->decoded) CHECK(ledger::encode(read->entry) == read->bytes);
  }
}

}  // namespace jobledger::tests
