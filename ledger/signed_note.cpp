#include "ledger/signed_note.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "ledger/base64.h"
#include "ledger/hash.h"
#include "ledger/keys.h"
#include "ledger/utf8.h"

namespace jobledger::ledger {
namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr std::size_t kIdSize = 4;
constexpr std::size_t kMostSignatures = 100;
constexpr std::size_t kMostBytes = 256 << 10;  // 16 signatures of after the quantum computer

std::uint32_t read_id(std::string_view bytes) {
  std::uint32_t id = 0;
  for (char c : bytes.substr(0, kIdSize)) id = id << 8 | static_cast<unsigned char>(c);
  return id;
}

std::string write_id(std::uint32_t id) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(id >> shift & 0xff);
  return bytes;
}

template <typename Array>
std::string_view view(const Array& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string typed(const VerifierKey& key) {
  return static_cast<char>(key.type) + std::string(view(key.key));
}

bool is_clean(std::string_view text) {
  return is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '\n' || static_cast<unsigned char>(c) >= 0x20;
         });
}

/// What a cosigner has signed, by C2SP tlog-cosignature; the signature is behind the time.
std::string cosigned_text(std::string_view time, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(keys::read_number(time)) + '\n' +
         std::string(text);
}

bool verifies(const NoteSignature& signature, std::string_view text, const VerifierKey& key) {
  std::string_view bytes = signature.bytes;
  std::string message(text);
  if (key.type == VerifierKey::Type::cosignature) {
    if (bytes.size() < 8) return false;
    message = cosigned_text(bytes.substr(0, 8), text);
    bytes.remove_prefix(8);
  }
  ed25519::Signature of_key;
  if (bytes.size() != of_key.size()) return false;
  std::memcpy(of_key.data(), bytes.data(), bytes.size());
  return ed25519::verify(key.key, message, of_key);
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || !is_clean(name)) return false;
  if (name.find_first_of("+ \n\x7f") != std::string_view::npos) return false;
  // The spaces of Unicode beyond ASCII.
  for (std::string_view space :
       {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
        "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f",
        "\u3000"}) {
    if (name.find(space) != std::string_view::npos) return false;
  }
  return true;
}

std::uint32_t VerifierKey::id() const {
  return read_id(bytes_of(sha256({name, "\n", typed(*this)})));
}

std::string VerifierKey::text() const {
  return name + '+' + to_hex(write_id(id())) + '+' + to_base64(typed(*this));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  Failure no_key{"a verifier key is NAME+HASH+KEY, as `jobledger key show` prints it"};
  std::size_t first = text.find('+');
  std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return no_key;
  VerifierKey key;
  key.name = text.substr(0, first);
  std::string_view hash = text.substr(first + 1, second - first - 1);
  auto bytes = from_base64(text.substr(second + 1));
  if (!is_key_name(key.name) || hash.size() != 2 * kIdSize || !bytes || bytes->empty()) {
    return no_key;
  }
  key.type = static_cast<Type>(bytes->front());
  bool known = key.type == Type::ed25519 || key.type == Type::cosignature;
  if (!known || bytes->size() != 1 + key.key.size()) {
    return Failure{"the verifier key of " + key.name + " is of another kind than Ed25519"};
  }
  std::memcpy(key.key.data(), bytes->data() + 1, key.key.size());
  if (to_hex(write_id(key.id())) == hash) return key;
  return Failure{"the verifier key of " + key.name + " does not have the hash that it names"};
}

std::string to_line(const NoteSignature& signature) {
  return std::string(kDash) + signature.name + ' ' +
         to_base64(write_id(signature.key_id) + signature.bytes) + '\n';
}

std::optional<NoteSignature> signature_in(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(kDash.size());
  std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
  auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kIdSize) return std::nullopt;
  return NoteSignature{std::string(line.substr(0, space)), read_id(*bytes), bytes->substr(kIdSize)};
}

std::string SignedNote::to_text() const {
  std::string note = text + '\n';
  for (const NoteSignature& signature : signatures) note += to_line(signature);
  return note;
}

Result<SignedNote> SignedNote::parse(std::string_view note) {
  if (note.size() > kMostBytes) return Failure{"a signed note has at most 256 KiB"};
  if (!is_clean(note)) return Failure{"a signed note is UTF-8, without control characters"};
  std::size_t end = note.rfind("\n\n");
  if (end == std::string_view::npos || note.back() != '\n') {
    return Failure{"a signed note is a text, an empty line, and lines of signatures"};
  }
  SignedNote parsed;
  parsed.text = note.substr(0, end + 1);
  for (note.remove_prefix(end + 2); !note.empty();) {
    std::size_t line_end = note.find('\n');
    auto signature = signature_in(note.substr(0, line_end));
    if (!signature) return Failure{"a line behind the empty line of the note is no signature"};
    if (parsed.signatures.size() == kMostSignatures) return Failure{"too many signatures"};
    parsed.signatures.push_back(std::move(*signature));
    note.remove_prefix(line_end + 1);
  }
  if (parsed.signatures.empty()) return Failure{"the note has no signature"};
  return parsed;
}

NoteSignature sign(const SigningKey& key, std::string_view text) {
  ed25519::Signature signature = ed25519::sign(key.seed, text);
  return {key.name, key.verifier().id(), std::string(view(signature))};
}

SignedNote signed_by(const SigningKey& key, std::string text) {
  NoteSignature signature = sign(key, text);
  return {std::move(text), {std::move(signature)}};
}

Verdict verify(const SignedNote& note, const VerifierKey& key) {
  Verdict verdict = Verdict::unsigned_by_key;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.key_id != key.id()) continue;
    if (!verifies(signature, note.text, key)) return Verdict::wrong;
    verdict = Verdict::right;
  }
  return verdict;
}

bool is_signed_by_one(const SignedNote& note, std::span<const VerifierKey> keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const VerifierKey& key) { return verify(note, key) == Verdict::right; });
}

}  // namespace jobledger::ledger
