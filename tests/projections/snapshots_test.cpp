#include "projections/snapshots.h"

#include <catch2/catch.hpp>
#include <random>

#include "projections/checked_chunks.h"
#include "projections/verify.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using projections::digests;
using projections::Snapshots;
using projections::State;
using Digests = std::map<std::string, std::string>;

std::uint64_t saved(HistoryRun& run, Snapshots& snapshots) {
  auto version = snapshots.save(run.state());
  REQUIRE(version);
  return *version;
}

std::vector<std::string> keys_of(const ledger::Store& store) {
  std::vector<std::string> keys;
  REQUIRE(store.scan_snapshot_keys("", [&](std::string_view key) { keys.emplace_back(key); }));
  return keys;
}

std::size_t count_keys(const ledger::Store& store, char kind) {
  std::size_t count = 0;
  for (const std::string& key : keys_of(store)) count += key.front() == kind;
  return count;
}

std::string head_key(const ledger::Store& store) {
  std::string newest;
  for (const std::string& key : keys_of(store)) {
    if (key.front() == 'h') newest = key;
  }
  return newest;
}

/// Recovery comes to the same digests, and passes the snapshot over with a note that says why.
void check_passed_over(HistoryRun& run, const std::string& why) {
  Notes notes;
  Snapshots snapshots(run.store());
  auto state = projections::recover(run.store(), snapshots, notes.report());
  REQUIRE(state);
  INFO("notes: " << (notes.lines.empty() ? "none" : notes.lines.front()));
  CHECK(notes.say("not used"));
  CHECK(notes.say(why));
  CHECK(notes.say("folding all"));
  CHECK(digests(**state) == digests(run.state()));
}

/// The same, but for a snapshot that is used.
void check_used(HistoryRun& run) {
  Notes notes;
  Snapshots snapshots(run.store());
  auto state = projections::recover(run.store(), snapshots, notes.report());
  REQUIRE(state);
  CHECK(notes.say("loaded the snapshot"));
  CHECK_FALSE(notes.say("not used"));
  CHECK((*state)->version() == run.state().version());
  CHECK(digests(**state) == digests(run.state()));
}

TEST_CASE("what was saved is loaded, and the rest of the log folded", "[snapshots]") {
  HistoryRun run(seed_or(11));
  run.steps(150);
  Snapshots snapshots(run.store());
  CHECK(saved(run, snapshots) == run.state().version());
  check_used(run);
  run.steps(150);
  check_used(run);
}

TEST_CASE("an empty ledger has a snapshot, too", "[snapshots]") {
  HistoryRun run(1);
  Snapshots snapshots(run.store());
  CHECK(saved(run, snapshots) == 0);
  check_used(run);
}

TEST_CASE("without a snapshot all is folded", "[snapshots]") {
  HistoryRun run(1);
  run.steps(20);
  Notes notes;
  Snapshots snapshots(run.store());
  auto state = projections::recover(run.store(), snapshots, notes.report());
  REQUIRE(state);
  CHECK(notes.lines == std::vector<std::string>{"no snapshot: folding all of the log"});
  CHECK(digests(**state) == digests(run.state()));
}

TEST_CASE("a snapshot of groups that are not appended waits until they are", "[snapshots]") {
  HistoryRun run(seed_or(12));
  run.steps(60);
  for (int i = 0; i < 20; ++i) run.prepare();
  std::uint64_t folded = run.state().folded();
  REQUIRE(run.state().version() < folded);

  Snapshots snapshots(run.store());
  std::uint64_t asked = 0;
  auto durable = [&](std::uint64_t wanted) {
    asked = wanted;
    for (int i = 0; i < 20; ++i) run.prepare();  // the writer goes on meanwhile
    run.append();
    return true;
  };
  auto version = snapshots.save(run.state(), {durable});
  REQUIRE(version);
  CHECK(*version == folded);
  CHECK(asked == folded);
  CHECK(run.state().version() > folded);
  check_used(run);
}

TEST_CASE("a snapshot that never became durable is given up", "[snapshots]") {
  HistoryRun run(seed_or(13));
  run.steps(60);
  Snapshots snapshots(run.store());
  std::uint64_t first = saved(run, snapshots);
  run.steps(30);
  CHECK_FALSE(snapshots.save(run.state(), {[](std::uint64_t) { return false; }}));
  CHECK(count_keys(run.store(), 'h') == 1);
  State loaded;
  Notes notes;
  CHECK(Snapshots(run.store()).load(loaded, notes.report().note) == first);
  saved(run, snapshots);
  check_used(run);
}

TEST_CASE("a snapshot that is not to go on is given up after any chunk", "[snapshots]") {
  HistoryRun run(seed_or(13));
  run.steps(60);
  Snapshots snapshots(run.store());
  std::uint64_t first = saved(run, snapshots);
  run.steps(30);
  int chunks = 0;
  auto count = [&chunks] { return ++chunks > 0; };
  REQUIRE(snapshots.save(run.state(), {.go_on = count}));
  CHECK(chunks > 6);
  std::uint64_t second = snapshots.newest();
  CHECK(second > first);
  run.steps(30);
  std::size_t fresh = count_keys(run.store(), 'f');
  for (int last = 1; last <= chunks; ++last) {
    int asked = 0;
    CHECK_FALSE(snapshots.save(run.state(), {.go_on = [&] { return ++asked < last; }}));
    CHECK(asked == last);
  }
  State loaded;
  Notes notes;
  CHECK(Snapshots(run.store()).load(loaded, notes.report().note) == second);
  CHECK(count_keys(run.store(), 'f') > fresh);
  run.steps(30);
  saved(run, snapshots);
  CHECK(count_keys(run.store(), 'f') == fresh);  // nothing is left of those given up
  check_used(run);
}

TEST_CASE("a snapshot can be saved twice at one version", "[snapshots]") {
  HistoryRun run(seed_or(13));
  run.steps(60);
  Snapshots snapshots(run.store());
  std::uint64_t first = saved(run, snapshots);
  std::size_t keys = keys_of(run.store()).size();
  CHECK(saved(run, snapshots) == first);
  CHECK(keys_of(run.store()).size() == keys);
  check_used(run);
}

TEST_CASE("any damage to any chunk is found", "[snapshots]") {
  HistoryRun run(seed_or(14));
  run.steps(200);
  Snapshots snapshots(run.store());
  saved(run, snapshots);
  for (const std::string& key : keys_of(run.store())) {
    std::string row = run.store().snapshot_row(key).value();
    INFO("chunk " << key.front() << key.substr(9));
    if (row.empty()) continue;  // nothing of that projection yet
    bool head = key.front() == 'h';
    for (std::size_t at : {std::size_t{0}, row.size() / 2, row.size() - 1}) {
      std::string damaged = row;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      REQUIRE(run.store().put_snapshot_row(key, damaged));
      check_passed_over(run, head ? "its head is damaged" : "version");
    }
    REQUIRE(run.store().put_snapshot_row(key, row.substr(0, row.size() - 1)));
    check_passed_over(run, "version");
    if (!head) {
      REQUIRE(run.store().erase_snapshot_rows(key, key + '\0'));
      check_passed_over(run, "version");
    }
    REQUIRE(run.store().put_snapshot_row(key, row));
  }
  check_used(run);
}

TEST_CASE("a snapshot of another format is passed over", "[snapshots]") {
  HistoryRun run(seed_or(15));
  run.steps(50);
  Snapshots snapshots(run.store());
  saved(run, snapshots);
  std::string key = head_key(run.store());
  std::string row = run.store().snapshot_row(key).value();
  row.resize(row.size() - 16);
  row[8 + 4 + 4 + 5] = 99;  // the format of the first projection, `times`
  row += projections::checksum(row);
  REQUIRE(projections::read_head(row).doubt.empty());
  REQUIRE(projections::read_head(row).parts.at(0).format == 99);
  REQUIRE(run.store().put_snapshot_row(key, row));
  check_passed_over(run, "format of times is another");
}

TEST_CASE("a head under the key of another version is passed over", "[snapshots]") {
  HistoryRun run(seed_or(15));
  run.steps(50);
  Snapshots snapshots(run.store());
  saved(run, snapshots);
  std::string key = head_key(run.store());
  std::string row = run.store().snapshot_row(key).value();
  ++key.back();
  REQUIRE(run.store().put_snapshot_row(key, row));
  check_passed_over(run, "its head is that of another");
}

void copy_snapshot(const ledger::Store& from, ledger::Store& to) {
  for (const std::string& key : keys_of(from)) {
    REQUIRE(to.put_snapshot_row(key, from.snapshot_row(key).value()));
  }
}

TEST_CASE("a snapshot of another log is passed over", "[snapshots]") {
  HistoryRun run(seed_or(16));
  HistoryRun other(seed_or(16) + 1);
  run.steps(80);
  while (other.state().version() < run.state().version()) other.step();
  Snapshots snapshots(other.store());
  SECTION("of the same length") {
    saved(other, snapshots);
  }
  SECTION("longer than the log") {
    other.steps(50);
    saved(other, snapshots);
  }
  copy_snapshot(other.store(), run.store());
  check_passed_over(run, "the log has another entry at its end");
  Snapshots own(run.store());
  Notes notes;
  State state;
  CHECK_FALSE(own.load(state, notes.report().note));
  saved(run, own);
  check_used(run);
}

TEST_CASE("only the newest snapshot and the one before it are kept", "[snapshots]") {
  HistoryRun run(seed_or(17));
  Snapshots snapshots(run.store());
  std::vector<std::uint64_t> versions;
  for (int i = 0; i < 5; ++i) {
    run.steps(20);
    versions.push_back(saved(run, snapshots));
    CHECK(count_keys(run.store(), 'h') == (i == 0 ? 1 : 2));
  }
  std::size_t fresh = count_keys(run.store(), 'f');
  run.steps(20);
  saved(run, snapshots);
  CHECK(count_keys(run.store(), 'f') == fresh);

  // After a restart the one that was loaded is the one before.
  Snapshots restarted(run.store());
  State state;
  Notes notes;
  REQUIRE(restarted.load(state, notes.report().note));
  run.steps(20);
  saved(run, restarted);
  CHECK(count_keys(run.store(), 'h') == 2);
  CHECK(count_keys(run.store(), 'f') == fresh);
  check_used(run);

  REQUIRE(restarted.erase_all());
  CHECK(keys_of(run.store()).empty());
  saved(run, restarted);
  check_used(run);
}

/// Other bytes in place of a chunk, with every checksum made right.
void forge_chunk(ledger::Store& store, const std::string& key, const std::string& bytes) {
  std::string head_row = head_key(store);
  std::string head = store.snapshot_row(head_row).value();
  std::string was = projections::checksum(store.snapshot_row(key).value());
  std::size_t at = head.find(was);
  REQUIRE(at != std::string::npos);
  head.replace(at, was.size(), projections::checksum(bytes));
  std::string body = head.substr(0, head.size() - was.size());
  REQUIRE(store.put_snapshot_row(key, bytes));
  REQUIRE(store.put_snapshot_row(head_row, body + projections::checksum(body)));
}

std::string mangled(std::string bytes, std::mt19937_64& random) {
  for (std::uint64_t count = 1 + random() % 2; count > 0; --count) {
    char& byte = bytes[random() % bytes.size()];
    switch (random() % 3) {
      case 0:
        byte = static_cast<char>(random());
        break;
      case 1:
        byte = static_cast<char>(byte ^ 1 << random() % 8);
        break;
      default:
        byte = static_cast<char>(0xff);
    }
  }
  if (random() % 6 == 0) bytes.resize(random() % bytes.size() + 1);
  return bytes;
}

TEST_CASE("a snapshot that was changed with its checksums is found, and does no harm",
          "[snapshots][random]") {
  std::uint64_t seed = seed_or(21);
  INFO("TEST_SEED=" << seed);
  HistoryRun run(seed);
  run.steps(200);
  Snapshots snapshots(run.store());
  std::uint64_t version = saved(run, snapshots);
  std::vector<std::string> chunks;
  for (const std::string& key : keys_of(run.store())) {
    if (key.front() != 'h' && !run.store().snapshot_row(key).value().empty()) chunks.push_back(key);
  }
  const std::string head = run.store().snapshot_row(head_key(run.store())).value();
  std::mt19937_64 random(seed);
  int unused = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::string& key = chunks[random() % chunks.size()];
    const std::string bytes = run.store().snapshot_row(key).value();
    const std::string other = mangled(bytes, random);
    INFO("chunk " << key.substr(key.front() == 'f' ? 9 : 1) << ", try " << i);
    forge_chunk(run.store(), key, other);
    Notes notes;
    auto findings = projections::verify(run.store(), notes.report()).findings;
    CHECK(findings.empty() == (other == bytes));
    Snapshots of_start(run.store());
    State state;
    unused += !of_start.load(state, [](const std::string&) {});
    REQUIRE(run.store().put_snapshot_row(key, bytes));
    REQUIRE(run.store().put_snapshot_row(head_key(run.store()), head));
  }
  CHECK(unused > 100);
  CHECK(version == run.state().version());
  check_used(run);
}

}  // namespace
}  // namespace jobledger::tests
