#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/command.h"
#include "ledger/result.h"
#include "ledger/signed_note.h"

namespace jobledger::ledger {

/// What a ledger says of its first `size` entries: the text of a checkpoint, as C2SP
/// tlog-checkpoint has it. Signed, it is a note (signed_note.h).
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Sha256 root{};
  std::string extensions;  ///< further lines, each with its end

  bool operator==(const Checkpoint&) const = default;

  std::string text() const;
  /// A Failure says what is wrong with it.
  static Result<Checkpoint> parse(std::string_view text);
};

/// A checkpoint with its signatures.
struct SignedCheckpoint {
  SignedNote note;
  Checkpoint checkpoint;

  /// A Failure says what is wrong with it. Whether a signature is right is another question.
  static Result<SignedCheckpoint> parse(std::string_view text);
};

/// `1 entry`, `7 entries`.
std::string entries_text(std::uint64_t count);

/// Decimal digits without zeros before them, as these texts have numbers; nullopt of anything else.
std::optional<std::uint64_t> plain_number(std::string_view text);
/// 32 bytes in base64.
std::optional<Sha256> hash_from_base64(std::string_view text);

}  // namespace jobledger::ledger
