#include "ledger/signed_note.h"

#include <catch2/catch.hpp>
#include <random>

#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/tlog_proof.h"
#include "tests/support/naive_tree.h"
#include "tests/support/random_history.h"

// The example of a note is that of the C2SP specification; the cosignatures are made here.

namespace jobledger::tests {
namespace {

using ledger::Checkpoint;
using ledger::SignedNote;
using ledger::SigningKey;
using ledger::TlogProof;
using ledger::Verdict;
using ledger::VerifierKey;

const std::string kExampleKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kExampleNote =
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

SigningKey key_named(const std::string& name) {
  return {name, ledger::ed25519::new_seed()};
}

SignedNote parsed(const std::string& text) {
  auto note = SignedNote::parse(text);
  INFO((note ? "" : note.error().message));
  REQUIRE(note);
  return *note;
}

/// Changes, removes or adds some bytes.
std::string mangled(std::string text, std::mt19937_64& random) {
  for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
    std::size_t at = text.empty() ? 0 : random() % text.size();
    switch (random() % 3) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      default:
        text.insert(at, 1 + random() % 4, "\n 0+\xe2"[random() % 5]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the example of the specification is verified by its key", "[note]") {
  auto key = VerifierKey::parse(kExampleKey);
  REQUIRE(key);
  CHECK(key->name == "example.com/foo");
  CHECK(key->text() == kExampleKey);
  SignedNote note = parsed(kExampleNote);
  CHECK(note.text == "This is an example message.\n");
  CHECK(note.to_text() == kExampleNote);
  CHECK(verify(note, *key) == Verdict::right);
  note.text = "This is an example message!\n";
  CHECK(verify(note, *key) == Verdict::wrong);
}

TEST_CASE("what is signed under a name is verified by its key, and by no other", "[note]") {
  SigningKey ours = key_named("ledger.example/one");
  SigningKey others = key_named("ledger.example/one");
  SignedNote note = signed_by(ours, "a\n\nb\n");
  CHECK(parsed(note.to_text()).text == "a\n\nb\n");
  CHECK(verify(note, ours.verifier()) == Verdict::right);
  CHECK(verify(note, others.verifier()) == Verdict::unsigned_by_key);
  note.signatures.push_back(sign(others, note.text));
  SignedNote both = parsed(note.to_text());
  CHECK(verify(both, ours.verifier()) == Verdict::right);
  CHECK(verify(both, others.verifier()) == Verdict::right);
  both.signatures[0].bytes = both.signatures[1].bytes;
  CHECK(verify(both, ours.verifier()) == Verdict::wrong);
  CHECK(verify(both, others.verifier()) == Verdict::right);
}

TEST_CASE("a cosignature is of the text and a time", "[note]") {
  SigningKey witness = key_named("witness.example/w1");
  VerifierKey key = witness.verifier();
  key.type = VerifierKey::Type::cosignature;
  CHECK(key.id() != witness.verifier().id());
  std::string body = "example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  auto signature = ledger::ed25519::sign(witness.seed, "cosignature/v1\ntime 1679315147\n" + body);
  std::string bytes("\0\0\0\0\x64\x18\x50\xcb", 8);
  bytes.append(reinterpret_cast<const char*>(signature.data()), signature.size());
  SignedNote note{body, {{key.name, key.id(), bytes}}};
  CHECK(verify(parsed(note.to_text()), key) == Verdict::right);
  note.signatures[0].bytes[7] = '\xcc';
  CHECK(verify(note, key) == Verdict::wrong);
  note.signatures[0].bytes = "short";
  CHECK(verify(note, key) == Verdict::wrong);
  REQUIRE(VerifierKey::parse(key.text()));
  CHECK(*VerifierKey::parse(key.text()) == key);
}

TEST_CASE("what is no verifier key is refused", "[note]") {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("example.com/foo+530d903a"),
        std::string("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        std::string("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        std::string("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        std::string("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        std::string("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        std::string("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q=="),
        std::string("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")}) {
    INFO(text);
    CHECK_FALSE(VerifierKey::parse(text));
  }
}

TEST_CASE("what is no signed note is refused", "[note]") {
  std::string line = kExampleNote.substr(kExampleNote.find("\u2014"));
  CHECK_FALSE(SignedNote::parse(""));
  CHECK_FALSE(SignedNote::parse("text\n"));
  CHECK_FALSE(SignedNote::parse("text\n\n"));
  CHECK_FALSE(SignedNote::parse("text\n" + line));
  CHECK_FALSE(SignedNote::parse("text\n\n" + line + "more\n"));
  CHECK_FALSE(SignedNote::parse("te\rxt\n\n" + line));
  CHECK_FALSE(SignedNote::parse("te\xffxt\n\n" + line));
  CHECK_FALSE(SignedNote::parse("text\n\n" + line.substr(0, line.size() - 1)));
  std::string many = "text\n\n";
  for (int i = 0; i < 101; ++i) many += line;
  CHECK_FALSE(SignedNote::parse(many));
  CHECK_FALSE(SignedNote::parse(std::string(270'000, 'x') + "\n\n" + line));
  CHECK(SignedNote::parse("text\n\n" + line));
}

TEST_CASE("a checkpoint is read as it was written, and nothing else is read", "[note]") {
  Checkpoint checkpoint{"example.com/log", 70'000, digest("x"), ""};
  CHECK(*Checkpoint::parse(checkpoint.text()) == checkpoint);
  checkpoint.extensions = "one\ntwo\n";
  CHECK(*Checkpoint::parse(checkpoint.text()) == checkpoint);
  std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
  for (const std::string& text :
       {std::string(), std::string("o\n"), "o\n1\n" + root, "\n1\n" + root + "\n",
        "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n", "o\n1 \n" + root + "\n",
        "o\n18446744073709551616\n" + root + "\n", std::string("o\n1\nAAAA\n"),
        "o\n1\n" + root + "\n\n", "o\n1\n" + root + "\nx", "o\n1\n" + root + "\n\nx\n"}) {
    INFO(text);
    CHECK_FALSE(Checkpoint::parse(text));
  }
  CHECK(Checkpoint::parse("o\n0\n" + root + "\n"));
}

TEST_CASE("a receipt is read as it was written, and nothing else is read", "[note]") {
  TlogProof proof{"bytes of it", 9, {digest("a"), digest("b")}, kExampleNote};
  CHECK(*TlogProof::parse(proof.text()) == proof);
  CHECK(*TlogProof::parse(TlogProof{"", 0, {}, kExampleNote}.text()) ==
        TlogProof{"", 0, {}, kExampleNote});
  std::string header = "c2sp.org/tlog-proof@v1\n";
  for (const std::string& text :
       {std::string(), header, header + "extra x\nindex 1\n\nnote\n", header + "index 01\n\nnote\n",
        header + "index 1\nAAAA\n\nnote\n", header + "index 1\n\n", header + "\nnote\n",
        std::string("c2sp.org/tlog-proof@v2\nindex 1\n\nnote\n")}) {
    INFO(text);
    CHECK_FALSE(TlogProof::parse(text));
  }
}

TEST_CASE("mangled texts are refused or are other texts, and nothing crashes", "[note][random]") {
  std::uint64_t seed = seed_or(6);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  SigningKey key = key_named("example.com/log");
  std::string checkpoint = Checkpoint{"example.com/log", 12, digest("r"), ""}.text();
  std::string note = signed_by(key, checkpoint).to_text();
  std::string receipt = TlogProof{"entry", 3, {digest("a")}, note}.text();
  std::string verifier = key.verifier().text();
  for (int i = 0; i < 20'000; ++i) {
    std::string other = mangled(note, random);
    if (auto read = SignedNote::parse(other); read && read->text != checkpoint) {
      CHECK(verify(*read, key.verifier()) != Verdict::right);
    }
    other = mangled(receipt, random);
    if (auto read = TlogProof::parse(other)) CHECK(TlogProof::parse(read->text()));
    other = mangled(verifier, random);
    if (auto read = VerifierKey::parse(other)) CHECK(VerifierKey::parse(read->text()));
    other = mangled(checkpoint, random);
    if (auto read = Checkpoint::parse(other)) CHECK(*Checkpoint::parse(read->text()) == *read);
  }
}

// RFC 8032, 7.1, tests 1 and 2.
TEST_CASE("Ed25519 gives the keys and signatures that its RFC prints", "[note]") {
  struct Example {
    const char* seed;
    const char* key;
    std::string message;
    const char* signature;
  };
  const Example examples[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9"
       "b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "1"
       "1d8c387b2eaeb4302aeeb00d291612bb0c00"}};
  for (const Example& example : examples) {
    ledger::ed25519::Seed seed;
    for (std::size_t i = 0; i < seed.size(); ++i) {
      seed[i] = static_cast<std::uint8_t>(
          std::stoul(std::string(example.seed).substr(2 * i, 2), nullptr, 16));
    }
    ledger::ed25519::PublicKey key = ledger::ed25519::public_key_of(seed);
    std::string_view key_bytes(reinterpret_cast<const char*>(key.data()), key.size());
    CHECK(ledger::to_hex(key_bytes) == example.key);
    auto signature = ledger::ed25519::sign(seed, example.message);
    std::string_view bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
    CHECK(ledger::to_hex(bytes) == example.signature);
  }
}

}  // namespace jobledger::tests
