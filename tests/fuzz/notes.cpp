#include <array>
#include <memory>

#include "ledger/anchor.h"
#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/proven_entry.h"
#include "ledger/signed_note.h"
#include "ledger/signing_keys.h"
#include "ledger/store.h"
#include "ledger/tlog_proof.h"
#include "ledger/tree_proofs.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"

// The first byte says what the rest is the text of.

namespace jobledger::fuzz {
namespace {

// A key whose private half is gone, and all that was ever signed with it: a tree of five entries,
// of which one, that of the golden file JobCancelled, is in a receipt of the corpus.
constexpr std::string_view kKey =
    "fuzz.example/ledger+edc68f92+AaSZAjs5JL77o3dt7AbauKt1SImDNsVj4C2pJvdXFNzV";
constexpr std::uint64_t kSignedSize = 5;
constexpr std::string_view kSignedRoot = "QK48JRmQ5f7PYo8dck7AFz5yPbEyaM5KG/JkoMaqWlw=";
constexpr std::uint64_t kProvenIndex = 3;
constexpr std::string_view kProvenLeaf = "ryFJS7r2mZN6EL5BR9Dx93SRojK023lkrRJV3iyE9Qk=";

const ledger::VerifierKey& key() {
  static const ledger::VerifierKey key = ledger::VerifierKey::parse(kKey).value();
  return key;
}

std::string in_base64(const ledger::Sha256& hash) {
  return ledger::to_base64(ledger::bytes_of(hash));
}

void read_note(std::string_view text) {
  auto note = ledger::SignedNote::parse(text);
  if (!note) return require(!note.error().message.empty(), "what is no note is told so");
  require(note->to_text() == text, "a note has one text", note->to_text());
  for (const ledger::NoteSignature& signature : note->signatures) {
    std::string line = ledger::to_line(signature);
    line.pop_back();
    require(ledger::signature_in(line) == signature, "a signature is read as written", line);
  }
  auto checkpoint = ledger::SignedCheckpoint::parse(text);
  if (!checkpoint || ledger::verify(checkpoint->note, key()) != ledger::Verdict::right) return;
  require(checkpoint->checkpoint.size == kSignedSize &&
              in_base64(checkpoint->checkpoint.root) == kSignedRoot,
          "nothing verifies but what was signed", text);
}

void read_checkpoint(std::string_view text) {
  auto checkpoint = ledger::Checkpoint::parse(text);
  if (!checkpoint) return require(!checkpoint.error().message.empty(), "no checkpoint, told so");
  require(checkpoint->text() == text, "a checkpoint has one text", checkpoint->text());
}

void read_key(std::string_view text) {
  auto read = ledger::VerifierKey::parse(text);
  if (!read) return require(!read.error().message.empty(), "what is no key is told so");
  require(read->text() == text, "a key has one text", read->text());
  require(ledger::is_key_name(read->name), "a key has a name");
}

void read_receipt(std::string_view text) {
  auto proof = ledger::TlogProof::parse(text);
  if (proof) {
    auto again = ledger::TlogProof::parse(proof->text());
    require(again && *again == *proof, "a receipt is read as written", text);
  }
  auto proven = ledger::prove_entry(text, key());
  if (!proven) return require(!proven.error().message.empty(), "what is not proven is told");
  require(proof.has_value(), "what proves is a receipt");
  require(proven->entry.index == kProvenIndex && in_base64(proven->leaf) == kProvenLeaf,
          "nothing is proven but what is in the tree", text);
}

/// A size, an index, and hashes: a proof in a tree of nothing but zeros, which no fuzzer can make.
void read_proof(std::string_view text) {
  Input input(text);
  std::uint64_t size = ledger::plain_number(input.until('\n')).value_or(0);
  std::uint64_t index = ledger::plain_number(input.until('\n')).value_or(0);
  ledger::Hashes proof;
  while (!input.rest().empty()) {
    proof.push_back(ledger::hash_from_base64(input.until('\n')).value_or(ledger::Sha256{}));
  }
  require(!ledger::proves_inclusion(proof, {}, index, size, {}) || (size == 1 && index == 0),
          "no proof leads to a root that is none");
  bool nothing = index == 0 || index == size;
  require(!ledger::proves_consistency(proof, index, {}, size, {}) || nothing,
          "no proof leads from a root that is none");
}

std::unique_ptr<ledger::Store> store_in_memory() {
  ledger::StoreOptions options;
  options.in_memory = true;
  return *ledger::Store::open("/ledger", options);
}

/// No anchor but that of a ledger's own keys goes with it.
void read_anchor(std::string_view text) {
  static const auto store = store_in_memory();
  static const ledger::SigningKeys keys = [] {
    ledger::SigningKeys made;
    made.add({ledger::origin_of("fuzz", *store), ledger::ed25519::new_seed()});
    return made;
  }();
  static MemoryFile file;
  file.set(text);
  auto fits = ledger::check_anchor(file.path(), *store, keys, 0);
  require(!fits && !fits.error().message.empty(), "no anchor of others goes with a ledger", text);
}

void read_base64(std::string_view text) {
  auto bytes = ledger::from_base64(text);
  require(!bytes || ledger::to_base64(*bytes) == text, "base64 has one text", text);
  require(ledger::from_base64(ledger::to_base64(text)) == text, "base64 reads what it writes");
}

constexpr std::array kRead = {read_note,  read_checkpoint, read_key,   read_receipt,
                              read_proof, read_anchor,     read_base64};

}  // namespace

void notes(std::string_view bytes) {
  Input input(bytes);
  unsigned chosen = input.choose(kRead.size());
  kRead[chosen](input.rest());
}

}  // namespace jobledger::fuzz
