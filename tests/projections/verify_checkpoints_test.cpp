#include "projections/verify_checkpoints.h"

#include <catch2/catch.hpp>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "ledger/leaf_reader.h"
#include "ledger/signing_keys.h"
#include "ledger/tree_reader.h"
#include "projections/log_copy.h"
#include "projections/verify.h"
#include "tests/support/folding.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/tampering.h"

namespace jobledger::tests {
namespace {

namespace keys = ledger::keys;
using ledger::Checkpoint;
using ledger::SigningKey;
using ledger::Store;
using projections::VerifyRequest;

const char* const kHistory =
    "submit p(a b); submit c; cancel a; undo 2; claim c; finish c; cancel p";
constexpr std::uint64_t kEntries = 7;

/// The note in which the key signs the first entries of the store.
std::string signed_at(const Store& store, const SigningKey& key, std::uint64_t size) {
  Checkpoint checkpoint{key.name, size, ledger::TreeReader(store).root(size).value(), {}};
  return signed_by(key, checkpoint.text()).to_text();
}

void put(Store& store, std::string_view key, const std::string& row) {
  REQUIRE(store.put_meta_rows({{std::string(key), row}}));
}

/// As the first start of a daemon leaves it.
SigningKey sign(Store& store) {
  SigningKey key{ledger::origin_of("test", store), ledger::ed25519::new_seed()};
  auto [row_key, row] = ledger::SigningKeys().row_for(key);
  put(store, row_key, row);
  put(store, keys::kCheckpoint, signed_at(store, key, store.entry_count().value()));
  return key;
}

/// What somebody makes who has the database and all its tools: the first entries, changed, with
/// everything that goes with them, and the rows about the ledger as they were.
std::unique_ptr<Store> rewritten(const Store& store, std::uint64_t count,
                                 const std::function<void(ledger::Entry&)>& change) {
  auto copy = store_in_memory();
  projections::LogCopy log(*copy);
  ledger::PayloadCursor stored(store);
  for (std::uint64_t index = 0; index < count; ++index) {
    ledger::Entry entry = ledger::decode(store.entry(index).value()).value();
    auto payloads = projections::payloads_of(entry, stored).value();
    change(entry);
    REQUIRE(log.take(entry, ledger::encode(entry), payloads));
  }
  REQUIRE(log.flush());
  REQUIRE(copy->put_meta_rows(store.meta_rows("").value()));
  return copy;
}

/// A ledger of one job whose entry 1 put another key in place of the first; the note of the
/// handover is left to the test.
struct Rotated : LedgerFixture {
  Rotated() {
    run("submit a");
    old = sign(store());
    next = {old.name, ledger::ed25519::new_seed()};
    ledger::Submission rotation;
    rotation.envelope = envelope;
    rotation.command = ledger::RotateKey{old.verifier().text(), next.verifier().text()};
    std::vector<ledger::Submission> group;
    group.push_back(std::move(rotation));
    auto prepared = prepare(std::move(group));
    append(prepared);
    put(store(), keys::kCheckpoint, signed_at(store(), next, 2));
  }
  void hand_over(const std::string& note) { put(store(), keys::handover(1), note); }

  SigningKey old;
  SigningKey next;
};

std::string found(Store& store, const VerifyRequest& request = {}) {
  Notes notes;
  std::string text;
  for (const std::string& finding : projections::verify(store, notes.report(), request).findings) {
    text += finding + '\n';
  }
  return text;
}

/// Another byte in an entry, and nothing else.
void damage(Store& store, std::uint64_t index) {
  std::string bytes = store.entry(index).value();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  put_entry(store, index, bytes);
}

VerifyRequest from(const std::string& note, std::vector<ledger::VerifierKey> by = {}) {
  VerifyRequest request;
  request.from = {"the earlier one", note};
  request.keys = std::move(by);
  return request;
}

VerifyRequest by(const SigningKey& key) {
  VerifyRequest request;
  request.keys = {key.verifier()};
  return request;
}

VerifyRequest kept(const std::string& note, std::vector<ledger::VerifierKey> by = {}) {
  return {.invariants = false, .checkpoints = {{"the kept one", note}}, .keys = std::move(by)};
}

}  // namespace

TEST_CASE("a ledger goes with its checkpoints, old and new", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  CHECK(found(ledger.store()).empty());
  for (std::uint64_t size = 0; size <= kEntries; ++size) {
    INFO(size);
    CHECK(found(ledger.store(), kept(signed_at(ledger.store(), key, size))).empty());
    CHECK(found(ledger.store(), kept(signed_at(ledger.store(), key, size), {key.verifier()}))
              .empty());
  }
  Notes notes;
  auto result =
      projections::verify(ledger.store(), notes.report(), kept(signed_at(ledger.store(), key, 3)));
  CHECK(result.held == std::vector<std::string>{"the last signed checkpoint (its first 7 entries)",
                                                "the kept one (its first 3 entries)"});
}

TEST_CASE("a history that was rewritten as a whole does not go with what was signed", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  std::string old = signed_at(ledger.store(), key, 3);
  auto forged = rewritten(ledger.store(), kEntries, [](ledger::Entry& entry) {
    if (entry.index == 2) entry.envelope.actor.name = "somebody else";
  });
  CHECK_THAT(found(*forged), Catch::Contains("the last signed checkpoint has the root hash") &&
                                 Catch::Contains("are not those that were signed"));
  // Whoever has the disk has the key, too, and signs what he likes; but not what others keep.
  put(*forged, keys::kCheckpoint, signed_at(*forged, key, kEntries));
  CHECK(found(*forged).empty());
  CHECK_THAT(found(*forged, kept(old)), Catch::Contains("the kept one has the root hash"));
  CHECK(found(*forged, kept(signed_at(ledger.store(), key, 2))).empty());
}

TEST_CASE("a history whose end was cut off as a whole is found", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  sign(ledger.store());
  auto shorter = rewritten(ledger.store(), kEntries - 2, [](ledger::Entry&) {});
  CHECK_THAT(found(*shorter), Catch::Contains("the log has 5: the end of the log is gone"));
}

TEST_CASE("a key is handed over by the key before it, and by no entry alone", "[verify]") {
  Rotated ledger;
  const SigningKey& old = ledger.old;
  const SigningKey& next = ledger.next;
  VerifyRequest by_old{.invariants = false, .checkpoints = {}, .keys = {old.verifier()}};
  CHECK_THAT(found(ledger.store(), by_old), Catch::Contains("signed by no key that is trusted"));
  ledger.hand_over(signed_at(ledger.store(), next, 2));
  CHECK_THAT(found(ledger.store(), by_old), Catch::Contains("signed by no key that is trusted"));
  ledger.hand_over(signed_at(ledger.store(), old, 1));
  CHECK_THAT(found(ledger.store(), by_old), Catch::Contains("signed by no key that is trusted"));
  ledger.hand_over(signed_at(ledger.store(), old, 2));
  CHECK(found(ledger.store(), by_old).empty());
}

TEST_CASE("keys that were taken away are missed", "[verify]") {
  LedgerFixture ledger;
  ledger.run("submit a");
  put(ledger.store(), keys::kCheckpoint, "something");
  CHECK_THAT(found(ledger.store()), Catch::Contains("its keys are gone"));

  // All that was ever signed, so that it looks like a ledger that was never served.
  LedgerFixture bare;
  bare.run("submit a");
  SigningKey key{"test/x", ledger::ed25519::new_seed()};
  CHECK(found(bare.store()).empty());
  CHECK_THAT(
      found(bare.store(), {.invariants = false, .checkpoints = {}, .keys = {key.verifier()}}),
      Catch::Contains("there is no checkpoint that it could have signed"));
}

TEST_CASE("a checkpoint that was taken away, changed, or is by another key is found", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  std::string note = signed_at(ledger.store(), key, kEntries);
  put(ledger.store(), keys::kCheckpoint, "");
  CHECK_THAT(found(ledger.store()), Catch::Contains("the last signed checkpoint is damaged"));
  std::string changed = note;
  changed[changed.size() - 10] = changed[changed.size() - 10] == 'A' ? 'B' : 'A';
  put(ledger.store(), keys::kCheckpoint, changed);
  CHECK_THAT(found(ledger.store()), Catch::Contains("signed by no key that is trusted"));
  SigningKey other{key.name, ledger::ed25519::new_seed()};
  put(ledger.store(), keys::kCheckpoint, signed_at(ledger.store(), other, kEntries));
  CHECK_THAT(found(ledger.store()), Catch::Contains("signed by no key that is trusted"));
  put(ledger.store(), keys::kCheckpoint, note);
  CHECK(found(ledger.store()).empty());
  CHECK_THAT(found(ledger.store(), kept(note, {other.verifier()})),
             Catch::Contains("the kept one is signed by no key that is trusted"));

  SigningKey stranger{"test/somewhere", ledger::ed25519::new_seed()};
  CHECK_THAT(found(ledger.store(), kept(signed_at(ledger.store(), stranger, 3))),
             Catch::Contains("is of the ledger test/somewhere"));
  put(ledger.store(), keys::signing_key(0), "short");
  CHECK_THAT(found(ledger.store()),
             Catch::Contains("a signing key of the ledger is damaged or gone"));

  LedgerFixture without;
  without.run("submit a");
  SigningKey lonely{ledger::origin_of("test", without.store()), ledger::ed25519::new_seed()};
  auto [row_key, row] = ledger::SigningKeys().row_for(lonely);
  put(without.store(), row_key, row);
  CHECK_THAT(found(without.store()), Catch::Contains("the last signed checkpoint is gone"));
}

TEST_CASE("from a checkpoint on, only what follows it is read", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  for (std::uint64_t size = 0; size <= kEntries; ++size) {
    INFO(size);
    VerifyRequest request = from(signed_at(ledger.store(), key, size), {key.verifier()});
    for (std::uint64_t other : {0, 1, 3, 7}) {
      request.checkpoints.emplace_back("another", signed_at(ledger.store(), key, other));
    }
    Notes notes;
    auto result = projections::verify(ledger.store(), notes.report(), request);
    CHECK(result.findings.empty());
    CHECK(result.begun == size);
    CHECK(result.entries == kEntries - size);
    CHECK(result.held.size() == 6);
    CHECK_FALSE(result.refolded);
    CHECK(result.root == ledger::to_hex(ledger::bytes_of(
                             ledger::TreeReader(ledger.store()).root(kEntries).value())));
  }
  std::string note = signed_at(ledger.store(), key, 4);
  damage(ledger.store(), 3);
  CHECK(found(ledger.store(), from(note)).empty());
  CHECK_THAT(found(ledger.store()), Catch::Contains("entry 3: its bytes are not those"));
  damage(ledger.store(), 4);
  CHECK_THAT(found(ledger.store(), from(note)), Catch::StartsWith("entry 4: its bytes are not"));
}

TEST_CASE("what follows a checkpoint must follow on it", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  std::string early = signed_at(ledger.store(), key, 3);
  std::string late = signed_at(ledger.store(), key, 5);
  auto forged = rewritten(ledger.store(), kEntries, [](ledger::Entry& entry) {
    if (entry.index == 2) entry.envelope.actor.name = "somebody else";
  });
  put(*forged, keys::kCheckpoint, signed_at(*forged, key, kEntries));
  CHECK_THAT(found(*forged, from(late)), Catch::StartsWith("the earlier one has the root hash"));
  CHECK_THAT(found(*forged, from(early)), Catch::StartsWith("the earlier one has the root hash"));

  // One that is kept of what is not read is held against the tree that goes on.
  VerifyRequest both = from(signed_at(*forged, key, 5));
  both.checkpoints.emplace_back("the kept one", early);
  CHECK_THAT(found(*forged, both), Catch::StartsWith("the kept one has the root hash"));

  SigningKey other{key.name, ledger::ed25519::new_seed()};
  CHECK_THAT(found(ledger.store(), from(late, {other.verifier()})),
             Catch::Contains("the earlier one is signed by no key that is trusted"));
  CHECK_THAT(found(ledger.store(), from("no note")), Catch::Contains("the earlier one is damaged"));
  auto shorter = rewritten(ledger.store(), 4, [](ledger::Entry&) {});
  put(*shorter, keys::kCheckpoint, signed_at(*shorter, key, 4));
  CHECK_THAT(found(*shorter, from(late)),
             Catch::StartsWith("the earlier one speaks of its first 5 entries, and the log has 4"));
}

TEST_CASE("a tree that forks under runs that overlap is found from a checkpoint on", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  std::string note = signed_at(ledger.store(), key, 3);
  // A reader of a whole tile meets the forged run first, one that asks for leaf 2 the true one.
  // What grows out of the forged tree is signed, too.
  ledger::TreeReader tree(ledger.store());
  std::string leaves = tree.tile(0, 0, 2).value() + std::string(32, 'x');
  put_tree(ledger.store(), keys::tree_run(0, 0), leaves);
  auto forged = ledger::HashTree::load(ledger.store(), 3).value();
  ledger::LeafReader reader(ledger.store());
  while (forged.size() < kEntries) forged.grow(*reader.leaf(forged.size()), [](auto, auto) {});
  Checkpoint last{key.name, kEntries, forged.root(), {}};
  put(ledger.store(), keys::kCheckpoint, signed_by(key, last.text()).to_text());

  VerifyRequest request = from(note);
  CHECK_THAT(found(ledger.store(), request), Catch::Contains("the earlier one has the root hash"));
  request.only_hashes = true;
  CHECK_THAT(found(ledger.store(), request), Catch::Contains("the earlier one has the root hash"));
  CHECK_FALSE(found(ledger.store()).empty());
}

TEST_CASE("what others have signed, and what a key handed over with, is held to", "[verify]") {
  Rotated ledger;
  const SigningKey& old = ledger.old;
  const SigningKey& next = ledger.next;
  std::string note = signed_at(ledger.store(), next, 2);
  put(ledger.store(), keys::kCosigned, note);
  ledger.hand_over(signed_at(ledger.store(), old, 2));
  CHECK(found(ledger.store(), by(old)).empty());
  Checkpoint another{old.name, 2, {}, {}};
  put(ledger.store(), keys::kCosigned, signed_by(next, another.text()).to_text());
  CHECK_THAT(found(ledger.store()), Catch::Contains("the last checkpoint that others have signed "
                                                    "has the root hash"));
  put(ledger.store(), keys::kCosigned, note);
  ledger.hand_over(signed_by(old, another.text()).to_text());
  CHECK_THAT(found(ledger.store()),
             Catch::Contains("the note with which a key handed over at entry 1 has the root hash"));
}

TEST_CASE("what others signed under an earlier key is held to, and its key need not be trusted",
          "[verify]") {
  Rotated ledger;
  ledger.hand_over(signed_at(ledger.store(), ledger.old, 2));
  put(ledger.store(), keys::kCosigned, signed_at(ledger.store(), ledger.old, 1));
  CHECK(found(ledger.store(), by(ledger.next)).empty());
  Notes notes;
  auto result = projections::verify(ledger.store(), notes.report(), by(ledger.next));
  CHECK(result.held ==
        std::vector<std::string>{"the last signed checkpoint (its first 2 entries)"});
  Checkpoint another{ledger.old.name, 1, {}, {}};
  put(ledger.store(), keys::kCosigned, signed_by(ledger.old, another.text()).to_text());
  CHECK_THAT(found(ledger.store(), by(ledger.next)),
             Catch::StartsWith("the last checkpoint that others have signed has the root hash"));
  SigningKey stranger{ledger.old.name, ledger::ed25519::new_seed()};
  put(ledger.store(), keys::kCosigned, signed_at(ledger.store(), stranger, 1));
  CHECK_THAT(found(ledger.store(), by(ledger.next)),
             Catch::StartsWith("the last checkpoint that others have signed is signed by no key"));
}

TEST_CASE("a tree that goes on beyond the log is found from a checkpoint on, too", "[verify]") {
  LedgerFixture ledger;
  ledger.run(kHistory);
  SigningKey key = sign(ledger.store());
  std::string note = signed_at(ledger.store(), key, 4);
  auto cut = copy_without(ledger.store(), [](std::uint64_t index) { return index == 6; });
  CHECK_THAT(found(*cut, from(note)), Catch::StartsWith("the hash tree goes on beyond the 6"));
  put_tree(ledger.store(), keys::tree_tile(1, 0), std::string(256 * 32, 'x'));
  CHECK_THAT(found(ledger.store(), from(note)),
             Catch::StartsWith("the hash tree goes on beyond the 7"));
}

TEST_CASE("a key that was handed over before the checkpoint is trusted after it", "[verify]") {
  Rotated ledger;
  const SigningKey& old = ledger.old;
  const SigningKey& next = ledger.next;
  ledger.hand_over(signed_at(ledger.store(), old, 2));
  ledger.run("cancel a");
  put(ledger.store(), keys::kCheckpoint, signed_at(ledger.store(), next, 3));
  std::string note = signed_at(ledger.store(), next, 2);
  CHECK(found(ledger.store(), from(note, {old.verifier()})).empty());
  damage(ledger.store(), 1);  // the entry that says so
  CHECK_THAT(found(ledger.store(), from(note, {old.verifier()})),
             Catch::Contains("signed by no key that is trusted"));
}

TEST_CASE("hashes alone find what was done to bytes, tree and end", "[verify]") {
  Rotated ledger;
  const SigningKey& old = ledger.old;
  ledger.hand_over(signed_at(ledger.store(), old, 2));
  VerifyRequest hashes;
  hashes.only_hashes = true;
  CHECK(found(ledger.store(), hashes).empty());
  hashes.keys = {old.verifier()};
  CHECK(found(ledger.store(), hashes).empty());
  auto cut = copy_without(ledger.store(), [](std::uint64_t index) { return index == 1; });
  CHECK_THAT(found(*cut, hashes), Catch::Contains("the end of the log is gone"));
  damage(ledger.store(), 0);
  CHECK_THAT(found(ledger.store(), hashes), Catch::StartsWith("entry 0: its bytes are not those"));
}

}  // namespace jobledger::tests
