#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ed25519.h"
#include "ledger/result.h"

namespace jobledger::ledger {

// Signed notes and the keys that verify them, as C2SP signed-note has them, with Ed25519 alone.

/// Whether a key may have this name: not empty, without white space, control characters and '+'.
bool is_key_name(std::string_view name);

/// Verifies signatures: `NAME+HASH+KEY`, the hash being eight hexadecimal digits.
struct VerifierKey {
  enum class Type : std::uint8_t {
    ed25519 = 1,      ///< of the note's text
    cosignature = 4,  ///< of the text and the time at which it was seen (C2SP tlog-cosignature)
  };

  std::string name;
  Type type = Type::ed25519;
  ed25519::PublicKey key{};

  bool operator==(const VerifierKey&) const = default;

  /// The first four bytes of SHA-256(name, line end, type, key).
  std::uint32_t id() const;
  std::string text() const;
  /// A Failure says what is wrong with it.
  static Result<VerifierKey> parse(std::string_view text);
};

/// Signs under a name.
struct SigningKey {
  std::string name;
  ed25519::Seed seed{};

  VerifierKey verifier() const {
    return {name, VerifierKey::Type::ed25519, ed25519::public_key_of(seed)};
  }
};

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;  ///< behind the id

  bool operator==(const NoteSignature&) const = default;
};

struct SignedNote {
  std::string text;  ///< ends with a line end
  std::vector<NoteSignature> signatures;

  /// The whole note.
  std::string to_text() const;
  /// A Failure says what is wrong with it. At most a hundred signatures and 256 KiB.
  static Result<SignedNote> parse(std::string_view note);
};

/// `— NAME BASE64`, with its line end.
std::string to_line(const NoteSignature& signature);
/// nullopt if the line, without its end, is none.
std::optional<NoteSignature> signature_in(std::string_view line);

NoteSignature sign(const SigningKey& key, std::string_view text);
SignedNote signed_by(const SigningKey& key, std::string text);

enum class Verdict : std::uint8_t {
  unsigned_by_key,  ///< there is no signature of that name and id
  wrong,            ///< there is one, and it does not verify
  right,
};
Verdict verify(const SignedNote& note, const VerifierKey& key);
/// Whether one of the keys has signed it rightly.
bool is_signed_by_one(const SignedNote& note, std::span<const VerifierKey> keys);

}  // namespace jobledger::ledger
