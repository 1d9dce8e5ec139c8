#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/signed_note.h"
#include "ledger/store.h"
#include "projections/recovery.h"

namespace jobledger::projections {

struct Verification {
  std::uint64_t entries = 0;          ///< how many were read
  std::uint64_t begun = 0;            ///< the first of them
  bool refolded = false;              ///< the projections were held against a fresh fold
  std::vector<std::string> findings;  ///< what is wrong, and at which index; empty: nothing
  /// That an entry was written by a later version of the program: it and those after it were only
  /// hashed. Empty if none was.
  std::string later;
  std::uint64_t redacted = 0;     ///< payloads without their secrets, whose hash tells nothing
  std::uint64_t covered = 0;      ///< entries in the largest checkpoint that the log goes with
  std::string root;               ///< of the hash tree, in hexadecimal; empty if it is not whole
  std::vector<std::string> held;  ///< the checkpoints that it goes with
  std::uint64_t snapshot = 0;     ///< the version of the snapshot compared, 0 if there was none
};

/// How to call a kept checkpoint, and the signed note.
using NamedNote = std::pair<std::string, std::string>;

struct VerifyRequest {
  /// Also the rest of what an InvariantCheck asks of each entry that is folded.
  bool invariants = false;
  /// Only the bytes, the tree and the checkpoints: no entry is decoded, and nothing folded.
  bool only_hashes = false;
  /// Payloads that are marked as redacted, of whose bodies no hash can tell, are no finding: an
  /// import may have brought them.
  bool allow_redacted = false;
  /// Kept checkpoints that the log must go with.
  std::vector<NamedNote> checkpoints = {};
  /// One of a log that was verified: its entries are not read again, so that nothing is folded, and
  /// what follows must go on from the hash tree that it speaks of.
  std::optional<NamedNote> from = {};
  /// Who signed them; empty: the keys in the store are believed.
  std::vector<ledger::VerifierKey> keys = {};
};

/// Reads every entry again: the log is dense, each entry decodes, says its own index and fits on
/// those before it, times never go back, the stored hash tree has the hash of each entry's bytes,
/// is one tree up to its root and ends with the log and goes with every checkpoint (see
/// CheckpointCheck), each payload is there and is the one that its entry names, each cascade is
/// what the rules give when it is decided again, and the newest snapshot is what a fresh fold
/// gives. Of less if the request says so.
///
/// Where an entry cannot be folded the fold ends, and only the bytes of those after it are judged.
/// Ends early after a hundred findings. A snapshot that another version of the program wrote is no
/// finding: a start folds the whole log instead, and `report` is told.
Verification verify(ledger::Store& store, const RecoveryReport& report,
                    const VerifyRequest& request = {});

}  // namespace jobledger::projections
