#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/command.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// A receipt of an entry: one text that proves, offline, that a signed checkpoint speaks of it. As
/// C2SP tlog-proof has it; `extra` is the stored bytes of the entry, whose hash is the leaf.
struct TlogProof {
  std::string extra;
  std::uint64_t index = 0;
  std::vector<Sha256> hashes;  ///< of the inclusion proof, from the leaf's sibling up
  std::string checkpoint;      ///< a signed note

  bool operator==(const TlogProof&) const = default;

  std::string text() const;
  /// A Failure says what is wrong with it. The note is not looked into.
  static Result<TlogProof> parse(std::string_view text);
};

}  // namespace jobledger::ledger
