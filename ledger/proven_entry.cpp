#include "ledger/proven_entry.h"

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/tlog_proof.h"
#include "ledger/tree_proofs.h"

namespace jobledger::ledger {

Result<ProvenEntry> prove_entry(std::string_view receipt, const VerifierKey& key) {
  auto proof = TlogProof::parse(receipt);
  if (!proof) return proof.error();
  auto read = SignedCheckpoint::parse(proof->checkpoint);
  if (!read) return read.error();
  auto& [note, checkpoint] = *read;
  switch (verify(note, key)) {
    case Verdict::unsigned_by_key:
      return Failure{"the checkpoint of the receipt is not signed by the key of " + key.name +
                     ", but by " + note.signatures.front().name};
    case Verdict::wrong:
      return Failure{"the signature of the receipt's checkpoint is wrong: it was changed"};
    case Verdict::right:
      break;
  }
  if (checkpoint.origin != key.name) {
    return Failure{"the checkpoint of the receipt is of " + checkpoint.origin +
                   ", and the key is of " + key.name};
  }
  Sha256 leaf = HashTree::hash_leaf(sha256({proof->extra}));
  if (!proves_inclusion(proof->hashes, leaf, proof->index, checkpoint.size, checkpoint.root)) {
    return Failure{"the entry of the receipt is not entry " + std::to_string(proof->index) +
                   " of the tree that was signed"};
  }
  auto entry = decode(proof->extra);
  if (!entry) return entry.error();
  if (entry->index != proof->index) {
    return Failure{"the entry of the receipt says that it is entry " +
                   std::to_string(entry->index) + ", and stands at " +
                   std::to_string(proof->index)};
  }
  return ProvenEntry{std::move(*entry), leaf, std::move(checkpoint), std::move(note)};
}

}  // namespace jobledger::ledger
