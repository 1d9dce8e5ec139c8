#include "projections/verify.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "ledger/hash.h"
#include "ledger/keys.h"
#include "ledger/payload.h"
#include "projections/checked_chunks.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"
#include "tests/support/tampering.h"

namespace jobledger::tests {
namespace {

namespace keys = ledger::keys;
using ledger::Entry;
using projections::Verification;

Verification verified(ledger::Store& store, Notes& notes) {
  return projections::verify(store, notes.report());
}

std::vector<std::string> findings(ledger::Store& store) {
  Notes notes;
  return verified(store, notes).findings;
}

std::string flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

/// A history with a full tile of tiles' leaves below it: some hundred entries, each a group.
std::unique_ptr<HistoryRun> long_history(std::uint64_t entries) {
  auto run = std::make_unique<HistoryRun>(seed_or(31));
  while (run->state().version() < entries) run->step();
  return run;
}

/// The index of some entry that cancels.
std::uint64_t a_cancel(HistoryRun& run) {
  for (std::uint64_t index = run.state().version(); index-- > 0;) {
    for (const ledger::Event& event : run.ledger().entry(index).events) {
      if (event.kind == ledger::EventKind::job_cancelled) return index;
    }
  }
  throw std::runtime_error("no cancel in this history; try another seed");
}

}  // namespace

TEST_CASE("a sound ledger has no findings, and the root of its tree", "[verify]") {
  for (std::uint64_t entries : {0, 1, 255, 256, 257, 600}) {
    auto run = long_history(entries);
    std::uint64_t count = run->state().version();
    Notes notes;
    Verification result = verified(run->store(), notes);
    INFO("entries " << count << (result.findings.empty() ? "" : ": " + result.findings.front()));
    CHECK(result.findings.empty());
    CHECK(result.entries == count);
    auto tree = ledger::HashTree::load(run->store(), count);
    CHECK(result.root == ledger::to_hex(ledger::bytes_of(tree.value().root())));
  }
}

TEST_CASE("a flipped bit is one finding, and the entries after it are judged on", "[verify]") {
  auto run = long_history(300);
  put_entry(run->store(), 20, flipped(run->store().entry(20).value(), 9));
  put_entry(run->store(), 120, flipped(run->store().entry(120).value(), 50));
  Notes notes;
  Verification result = verified(run->store(), notes);
  REQUIRE(result.findings.size() == 2);
  CHECK_THAT(result.findings[0], Catch::StartsWith("entry 20: its bytes are not those"));
  CHECK_THAT(result.findings[1], Catch::StartsWith("entry 120: its bytes are not those"));
  CHECK(result.entries == run->state().version());
}

TEST_CASE("an entry forged with its leaf is a finding where it does not fit", "[verify]") {
  auto run = long_history(80);
  std::uint64_t index = a_cancel(*run);
  forge(run->store(), index, [](Entry& entry) {
    for (ledger::Event& event : entry.events) event.number = 1'000'000;
  });
  auto found = findings(run->store());
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Catch::StartsWith("entry " + std::to_string(index) + ": event 0 (") &&
                           Catch::Contains("number 1000000"));
}

TEST_CASE("bytes that are no entry are a finding though their leaf is right", "[verify]") {
  auto run = long_history(80);
  forge(run->store(), 40, "8 bytes.");
  forge(run->store(), 50, run->store().entry(51).value());
  auto found = findings(run->store());
  REQUIRE(found.size() == 2);
  CHECK_THAT(found[0], Catch::StartsWith("entry 40: "));
  CHECK(found[1] == "entry 50: it says that it is entry 51");
}

TEST_CASE("findings end at a hundred", "[verify]") {
  auto run = long_history(300);
  for (std::uint64_t index = 0; index < 300; ++index) {
    put_entry(run->store(), index, flipped(run->store().entry(index).value(), 9));
  }
  CHECK(findings(run->store()).size() == 100);
}

TEST_CASE("missing entries are found, and those after the gap are judged", "[verify]") {
  auto run = long_history(300);
  auto store = copy_without(run->store(), [](std::uint64_t index) {
    return index == 7 || (index >= 100 && index < 200);
  });
  put_entry(*store, 250, flipped(store->entry(250).value(), 9));
  auto found = findings(*store);
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "entry 7 is missing from the log; the next is 8");
  CHECK(found[1] == "entry 100 is missing from the log; the next is 200");
  CHECK_THAT(found[2], Catch::StartsWith("entry 250: "));
}

TEST_CASE("a log whose end was cut off is found by its tree", "[verify]") {
  auto run = long_history(300);
  std::uint64_t count = run->state().version();
  for (std::uint64_t cut : {std::uint64_t{1}, std::uint64_t{10}, count - 200, count}) {
    auto store =
        copy_without(run->store(), [&](std::uint64_t index) { return index >= count - cut; });
    INFO("cut " << cut);
    auto found = findings(*store);
    REQUIRE(found.size() == 1);
    CHECK_THAT(found[0], Catch::Contains("beyond the " + std::to_string(count - cut) +
                                         " entries of the log"));
  }
}

TEST_CASE("a changed row of the hash tree is found", "[verify]") {
  auto run = long_history(600);
  ledger::Store& store = run->store();
  for (const std::string& key : {keys::tree_run(1, 0), keys::tree_run(1, 1), keys::tree_tile(0, 0),
                                 keys::tree_tile(0, 1), keys::tree_run(0, 17)}) {
    std::string row = store.tree_row(key).value();
    put_tree(store, key, flipped(row, row.size() - 1));
    INFO(key[0] << int{key[1]});
    CHECK_FALSE(findings(store).empty());
    put_tree(store, key, "");
    CHECK_FALSE(findings(store).empty());
    put_tree(store, key, row);
    REQUIRE(findings(store).empty());
  }
}

TEST_CASE("rows of the hash tree that nothing asked for are found", "[verify]") {
  std::string hash(32, 'x');
  for (const std::string& key :
       {std::string("x"), std::string("another row"), keys::tree_run(0, 400), keys::tree_run(1, 1),
        keys::tree_tile(0, 1), keys::tree_tile(3, 0), keys::tree_run(200, 0),
        keys::tree_run(0, ~std::uint64_t{0})}) {
    auto run = long_history(300);
    REQUIRE(run->state().version() < 400);
    put_tree(run->store(), key, hash);
    CHECK_FALSE(findings(run->store()).empty());
  }
}

TEST_CASE("leaves that overlap are found", "[verify]") {
  auto run = long_history(50);
  std::string first = run->store().tree_row(keys::tree_run(0, 0)).value();
  std::string second = run->store().tree_row(keys::tree_run(0, 1)).value();
  put_tree(run->store(), keys::tree_run(0, 0), first + second);
  auto found = findings(run->store());
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Catch::Contains("do not follow on each other at 1"));
}

namespace {

std::string newest_head(const ledger::Store& store) {
  std::string newest;
  REQUIRE(store.scan_snapshot_keys("", [&](std::string_view key) {
    if (key.front() == 'h') newest = key;
  }));
  return newest;
}

/// Writes the head of the newest snapshot again, with one byte set.
void set_head(ledger::Store& store, std::size_t at, char value) {
  std::string key = newest_head(store);
  std::string row = store.snapshot_row(key).value();
  row.resize(row.size() - 16);
  row.at(at) = value;
  REQUIRE(store.put_snapshot_row(key, row + projections::checksum(row)));
}

}  // namespace

TEST_CASE("a snapshot of another format is a note and no finding", "[verify]") {
  auto run = long_history(80);
  projections::Snapshots snapshots(run->store());
  REQUIRE(snapshots.save(run->state()));
  Notes notes;
  SECTION("one that is right is compared") {
    CHECK(verified(run->store(), notes).snapshot == run->state().version());
    CHECK(notes.lines.empty());
  }
  SECTION("the format of `times`") {
    set_head(run->store(), 8 + 4 + 4 + 5, 99);
    Verification result = verified(run->store(), notes);
    CHECK(result.findings.empty());
    CHECK(result.snapshot == 0);
    CHECK(notes.say("its format of times is another"));
    CHECK(notes.say("a start will fold the whole log"));
  }
  SECTION("but damage is a finding") {
    std::string key = newest_head(run->store());
    std::string row = run->store().snapshot_row(key).value();
    REQUIRE(run->store().put_snapshot_row(key, flipped(row, 0)));
    Verification result = verified(run->store(), notes);
    REQUIRE(result.findings.size() == 1);
    CHECK_THAT(result.findings[0], Catch::Contains("its head is damaged"));
  }
}

TEST_CASE("a leaf that is missing is one finding, and the entries after it are judged on",
          "[verify]") {
  auto run = long_history(600);
  auto row = run->store().tree_row(keys::tree_run(0, 20));
  REQUIRE(row);
  put_tree(run->store(), keys::tree_run(0, 20), row->substr(0, 7));
  Notes notes;
  Verification result = verified(run->store(), notes);
  REQUIRE_FALSE(result.findings.empty());
  CHECK_THAT(result.findings[0], Catch::StartsWith("entry 20: the hash tree has no leaf for it"));
  auto of_entries =
      std::count_if(result.findings.begin(), result.findings.end(),
                    [](const std::string& each) { return each.starts_with("entry "); });
  CHECK(of_entries == 1);
  CHECK(result.entries == run->state().version());
}

TEST_CASE("a payload that says that it was redacted is a finding unless that is allowed",
          "[verify]") {
  LedgerFixture ledger;
  ledger.run("submit a");
  ledger::PayloadRow row;
  row.body = "another";
  row.redacted = true;
  ledger::StoreBatch batch(ledger.store());
  batch.put_payload(ledger.id("a"), ledger::write_payload_row(row));
  REQUIRE(ledger.store().write(batch));
  auto found = findings(ledger.store());
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0],
             Catch::StartsWith("1 payloads, the first of entry 0, are marked as redacted"));
  projections::VerifyRequest allowed;
  allowed.allow_redacted = true;
  Notes notes;
  auto result = projections::verify(ledger.store(), notes.report(), allowed);
  CHECK(result.findings.empty());
  CHECK(result.redacted == 1);
}

/// The most memory that this process has had so far.
std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::uint64_t kilobytes = 0;
  while (status >> word && word != "VmHWM:") continue;
  status >> kilobytes;
  return kilobytes << 10;
}

TEST_CASE("an entry that names one payload again and again costs no memory for it", "[verify]") {
  LedgerFixture ledger;
  ledger.run("submit a");
  ledger::PayloadRow row;
  row.body = std::string(4 << 20, 'x');
  row.redacted = true;  // so that no hash ends the check
  ledger::StoreBatch batch(ledger.store());
  batch.put_payload(ledger.id("a"), ledger::write_payload_row(row));
  REQUIRE(ledger.store().write(batch));
  forge(ledger.store(), 0, [](Entry& entry) {
    for (int i = 0; i < 500; ++i) entry.events.push_back(entry.events[0]);  // 2 GB of bodies
  });
  std::uint64_t before = peak_bytes();
  REQUIRE(before > 0);
  CHECK_FALSE(findings(ledger.store()).empty());
  CHECK(peak_bytes() - before < 1 << 30);
}

}  // namespace jobledger::tests
