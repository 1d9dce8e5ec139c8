#pragma once

#include <string_view>

#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/result.h"
#include "ledger/signed_note.h"

namespace jobledger::ledger {

/// What a receipt (tlog_proof.h) proves.
struct ProvenEntry {
  Entry entry;
  Sha256 leaf{};  ///< of its stored bytes
  Checkpoint checkpoint;
  SignedNote note;
};

/// Judges a receipt by nothing but the key: the checkpoint is signed by it, the entry of the
/// receipt is in the tree that it speaks of, at the index that it says itself. A Failure says which
/// of these is not so.
Result<ProvenEntry> prove_entry(std::string_view receipt, const VerifierKey& key);

}  // namespace jobledger::ledger
