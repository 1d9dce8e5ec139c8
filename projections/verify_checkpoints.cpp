#include "projections/verify_checkpoints.h"

#include <algorithm>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "ledger/signing_keys.h"
#include "ledger/tree_proofs.h"

namespace jobledger::projections {

using ledger::Checkpoint;
using ledger::Sha256;
using ledger::SignedCheckpoint;
using ledger::VerifierKey;

CheckpointCheck::CheckpointCheck(const ledger::Store& store, Found found)
    : store_(store), found_(std::move(found)) {
  read_own();
  read_handovers();
}

void CheckpointCheck::read_own() {
  auto keys = ledger::SigningKeys::load(store_);
  if (!keys) return found_(keys.error().message);
  if (keys->empty()) return;  // it was never served
  origin_ = keys->all().front().name;
  keys_ = own_keys_ = keys->verifiers();
  auto last = store_.meta_row(ledger::keys::kCheckpoint);
  if (!last) return found_("the last signed checkpoint is gone from the database");
  expect("the last signed checkpoint", *last);
  auto cosigned = store_.meta_row(ledger::keys::kCosigned);
  if (cosigned && expect("the last checkpoint that others have signed", *cosigned)) {
    expected_.back().any_own_key = true;  // it may be older than the key that is trusted
  }
}

void CheckpointCheck::trust(const std::vector<VerifierKey>& keys) {
  if (keys.empty()) return;
  keys_ = keys;
  wants_some_ = true;
}

std::optional<std::uint64_t> CheckpointCheck::expect(const std::string& name,
                                                     const std::string& text) {
  auto read = SignedCheckpoint::parse(text);
  if (!read) {
    found_(name + " is damaged: " + read.error().message);
    return std::nullopt;
  }
  std::uint64_t size = read->checkpoint.size;
  roots_.emplace(size, std::nullopt);
  expected_.push_back({name, std::move(*read)});
  return size;
}

void CheckpointCheck::begin_at(std::uint64_t size, const Sha256& root) {
  ledger::TreeReader tree(store_);
  for (auto& [earlier, told] : roots_) {
    if (earlier > size) break;
    auto stored = earlier == size ? ledger::Result<Sha256>(root) : tree.root(earlier);
    auto proof = ledger::consistency_proof(tree, earlier, size);
    bool proven =
        stored && proof && ledger::proves_consistency(*proof, earlier, *stored, size, root);
    if (proven) told = *stored;
    if (!proven) {
      found_("the hash tree: that of " + std::to_string(earlier) + " entries is no beginning of " +
             "that of " + std::to_string(size));
    }
  }
  for (const auto& [index, note] : notes_) {
    if (index >= size) continue;
    auto bytes = store_.entry(index);
    if (!bytes || !is_proven(index, *bytes, size, root)) continue;
    if (auto entry = ledger::decode(*bytes)) rotated(*entry);
  }
}

bool CheckpointCheck::is_proven(std::uint64_t entry, const std::string& bytes, std::uint64_t size,
                                const Sha256& root) const {
  auto proof = ledger::inclusion_proof(ledger::TreeReader(store_), entry, size);
  Sha256 leaf = ledger::HashTree::hash_leaf(ledger::sha256({bytes}));
  return proof && ledger::proves_inclusion(*proof, leaf, entry, size, root);
}

void CheckpointCheck::root_at(std::uint64_t size, const Sha256& root) {
  roots_[size] = root;
}

void CheckpointCheck::rotated(const ledger::Entry& entry) {
  if (entry.events.empty()) return;
  const auto* keys = entry.events.front().as_if<ledger::KeyDetail>();
  if (keys) handovers_.push_back({entry.index, keys->before, keys->after});
}

void CheckpointCheck::read_handovers() {
  auto rows = store_.meta_rows(ledger::keys::kHandovers);
  if (!rows) return found_(rows.error().message);
  for (const auto& [key, text] : *rows) {
    auto read = SignedCheckpoint::parse(text);
    if (!read || key.size() != ledger::keys::handover(0).size()) {
      found_("the note with which a key handed over is damaged");
      continue;
    }
    std::uint64_t entry = ledger::keys::read_number(key.substr(ledger::keys::kHandovers.size()));
    roots_.emplace(read->checkpoint.size, std::nullopt);
    notes_.emplace(entry, std::move(*read));
  }
}

void CheckpointCheck::trust_on(const Handover& handover) {
  auto note = notes_.find(handover.entry);
  auto before = VerifierKey::parse(handover.before);
  auto after = VerifierKey::parse(handover.after);
  if (note == notes_.end() || !before || !after) return;
  bool trusted = std::find(keys_.begin(), keys_.end(), *before) != keys_.end();
  const Checkpoint& tree = note->second.checkpoint;
  const std::optional<Sha256>& root = roots_.at(tree.size);
  bool has_entry = tree.size > handover.entry && root && tree.root == *root;
  bool is_signed = verify(note->second.note, *before) == ledger::Verdict::right;
  if (trusted && has_entry && is_signed) keys_.push_back(*after);
}

bool CheckpointCheck::is_trusted(const Expected& expected) const {
  return is_signed_by_one(expected.signed_checkpoint.note, keys_);
}

std::string CheckpointCheck::judge(const Expected& expected, std::uint64_t count) const {
  const auto& [note, checkpoint] = expected.signed_checkpoint;
  std::string first = "its first " + ledger::entries_text(checkpoint.size);
  if (!origin_.empty() && checkpoint.origin != origin_) {
    return "is of the ledger " + checkpoint.origin + ", and this one is " + origin_;
  }
  bool signed_by_own = expected.any_own_key && is_signed_by_one(note, own_keys_);
  if (!signed_by_own && !is_trusted(expected)) {
    return "is signed by no key that is trusted here: it was changed, or is by another key";
  }
  if (checkpoint.size > count) {
    return "speaks of " + first + ", and the log has " + std::to_string(count) +
           ": the end of the log is gone";
  }
  return root_wrong(checkpoint);
}

/// What is wrong with its root; empty if nothing is.
std::string CheckpointCheck::root_wrong(const Checkpoint& checkpoint) const {
  std::string first = "its first " + ledger::entries_text(checkpoint.size);
  const std::optional<Sha256>& root = roots_.at(checkpoint.size);
  if (!root) return "cannot be compared: the hash tree of " + first + " is not whole";
  if (*root == checkpoint.root) return {};
  return "has the root hash " + ledger::to_hex(ledger::bytes_of(checkpoint.root)) + " of " + first +
         ", and the log has " + ledger::to_hex(ledger::bytes_of(*root)) +
         ": some of them are not those that were signed";
}

/// Whoever they are trusted by: each was written for this log.
void CheckpointCheck::judge_handovers(std::uint64_t count) {
  for (const auto& [index, note] : notes_) {
    std::string name = "the note with which a key handed over at entry " + std::to_string(index);
    std::string wrong = note.checkpoint.size > count
                            ? "speaks of entries that are gone from the end of the log"
                            : root_wrong(note.checkpoint);
    if (!wrong.empty()) found_(name + ' ' + wrong);
  }
}

void CheckpointCheck::finish(std::uint64_t count) {
  for (const Handover& handover : handovers_) trust_on(handover);
  judge_handovers(count);
  if (wants_some_ && expected_.empty()) {
    found_("a key is to be trusted, and there is no checkpoint that it could have signed");
  }
  for (const Expected& each : expected_) {
    std::uint64_t size = each.signed_checkpoint.checkpoint.size;
    std::string wrong = judge(each, count);
    if (!wrong.empty()) {
      found_(each.name + ' ' + wrong);
    } else if (is_trusted(each)) {
      covered_ = std::max(covered_, size);
      held_.push_back(each.name + " (its first " + ledger::entries_text(size) + ')');
    }
  }
}

}  // namespace jobledger::projections
