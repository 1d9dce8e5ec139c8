#include "daemon/checkpoints.h"

#include <pthread.h>

#include <algorithm>

#include "daemon/logging.h"
#include "ledger/durable_file.h"
#include "ledger/handover.h"
#include "ledger/keys.h"
#include "ledger/tree_reader.h"

namespace jobledger::daemon {

using ledger::Checkpoint;
using ledger::Failure;
using ledger::NoteSignature;
using ledger::Result;
using ledger::SignedNote;
using ledger::SigningKey;
using ledger::Status;
using ledger::Verdict;
using ledger::VerifierKey;

namespace {

constexpr std::chrono::milliseconds kPace{500};
constexpr std::size_t kMostCosignatures = 16;

/// The lines of a note that are not the ledger's own.
std::vector<NoteSignature> of_others(const SignedNote& note, const std::string& origin) {
  std::vector<NoteSignature> others;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != origin) others.push_back(signature);
  }
  return others;
}

bool same_key(const NoteSignature& a, const NoteSignature& b) {
  return a.name == b.name && a.key_id == b.key_id;
}

/// What is wrong with the cosignatures; empty if nothing is.
std::string judge(const SignedNote& note, const std::vector<NoteSignature>& others,
                  const std::vector<VerifierKey>& witnesses) {
  if (others.empty()) return "the note has no signature but the ledger's own";
  if (witnesses.empty()) return {};
  for (const NoteSignature& signature : others) {
    auto witness = std::find_if(witnesses.begin(), witnesses.end(), [&](const VerifierKey& key) {
      return key.name == signature.name && key.id() == signature.key_id;
    });
    if (witness == witnesses.end()) {
      return signature.name + " is no witness that tlog.witnesses names";
    }
    if (verify(note, *witness) != Verdict::right) {
      return "the signature of " + signature.name + " does not verify";
    }
  }
  return {};
}

/// Adds them; a newer one of the same key takes the place of the older.
Status merge(std::vector<NoteSignature> others, SignedNote& into) {
  for (NoteSignature& signature : others) {
    auto same = [&](const NoteSignature& known) { return same_key(known, signature); };
    auto at = std::find_if(into.signatures.begin(), into.signatures.end(), same);
    if (at != into.signatures.end()) {
      *at = std::move(signature);
    } else if (into.signatures.size() > kMostCosignatures) {
      return Failure{"a checkpoint takes at most " + std::to_string(kMostCosignatures) +
                     " signatures of others"};
    } else {
      into.signatures.push_back(std::move(signature));
    }
  }
  return ledger::ok();
}

}  // namespace

Checkpoints::Checkpoints(ledger::Store& store, const projections::State& state,
                         ledger::SigningKeys keys, SigningKey current,
                         std::vector<std::string> anchors)
    : store_(store),
      state_(state),
      anchors_(std::move(anchors)),
      keys_(std::move(keys)),
      key_(std::move(current)),
      cosigned_(store.meta_row(ledger::keys::kCosigned).value_or("")) {
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "checkpoints");
}

Checkpoints::~Checkpoints() {
  {
    std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void Checkpoints::loop() {
  bool failing = false;
  for (bool stopping = false;;) {
    Status made = sign_what_is_new();
    if (!made && !failing) log::error("no checkpoint was made", {{"why", made.error().message}});
    failing = !made;
    if (stopping) return;
    std::unique_lock lock(stop_mutex_);
    wakes_.wait_for(lock, kPace, [this] { return stopping_; });
    stopping = stopping_;
  }
}

Status Checkpoints::sign_what_is_new() {
  std::uint64_t version = state_.version();
  if (!has(version)) {
    std::lock_guard signing(signing_);
    if (Status made = has(version) ? ledger::ok() : sign(); !made) return made;
  }
  return write_anchors();
}

bool Checkpoints::has(std::uint64_t version) const {
  std::lock_guard lock(mutex_);
  return any_ && size_ >= version;
}

/// With `signing_` held. Kept before it is told.
Status Checkpoints::sign() {
  std::uint64_t size = state_.version();
  auto root = ledger::TreeReader(store_).root(size);
  if (!root) return root.error();
  const SigningKey key = key_in_use();
  SignedNote note = signed_by(key, Checkpoint{key.name, size, *root, {}}.text());
  Status kept = store_.put_meta_rows({{std::string(ledger::keys::kCheckpoint), note.to_text()}});
  if (!kept) return kept;
  std::lock_guard lock(mutex_);
  newest_ = std::move(note);
  size_ = size;
  any_ = true;
  return ledger::ok();
}

SigningKey Checkpoints::key_in_use() const {
  std::lock_guard lock(mutex_);
  return key_;
}

/// What could not be written is tried again with the next pass.
Status Checkpoints::write_anchors() {
  std::string note;
  {
    std::lock_guard lock(mutex_);
    note = newest_.to_text();
  }
  if (note == anchored_) return ledger::ok();
  Status all = ledger::ok();
  for (const std::string& anchor : anchors_) {
    Status written = ledger::replace_durably(anchor, note);
    if (!written) all = written;
  }
  if (all) anchored_ = std::move(note);
  return all;
}

Result<std::string> Checkpoints::newest(std::uint64_t version) {
  if (!has(version)) {
    std::lock_guard signing(signing_);
    Status made = has(version) ? ledger::ok() : sign();
    std::lock_guard lock(mutex_);
    // One that is older serves who asks for none in particular.
    if (!made && (version > 0 || newest_.text.empty())) return made.error();
  }
  std::lock_guard lock(mutex_);
  return newest_.to_text();
}

std::uint64_t Checkpoints::size() const {
  std::lock_guard lock(mutex_);
  return size_;
}

std::string Checkpoints::cosigned() const {
  std::lock_guard lock(mutex_);
  return cosigned_;
}

/// The note of this text, signed by the ledger alone, if it is what the ledger says.
Result<SignedNote> Checkpoints::own(const std::string& text) const {
  auto checkpoint = Checkpoint::parse(text);
  if (!checkpoint) return checkpoint.error();
  Failure others{"the note is no checkpoint of this ledger"};
  if (checkpoint->origin != key_.name || checkpoint->size > state_.version()) return others;
  auto root = ledger::TreeReader(store_).root(checkpoint->size);
  if (!root) return root.error();
  if (checkpoint->root != *root || !checkpoint->extensions.empty()) return others;
  return signed_by(key_, text);
}

Result<std::string> Checkpoints::cosign(const std::string& text,
                                        const std::vector<VerifierKey>& witnesses) {
  auto note = SignedNote::parse(text);
  if (!note) return note.error();
  std::lock_guard lock(mutex_);
  auto merged = own(note->text);
  if (!merged) return merged.error();
  std::vector<NoteSignature> others = of_others(*note, key_.name);
  if (std::string wrong = judge(*note, others, witnesses); !wrong.empty()) return Failure{wrong};
  if (newest_.text == note->text) *merged = newest_;
  auto known = SignedNote::parse(cosigned_);
  if (known && known->text == note->text) *merged = *known;
  Status added = merge(std::move(others), *merged);
  if (!added) return added.error();
  if (newest_.text == note->text) newest_ = *merged;
  auto of_known = known ? Checkpoint::parse(known->text) : Result<Checkpoint>(Failure{});
  bool is_newer = !of_known || Checkpoint::parse(note->text)->size >= of_known->size;
  if (is_newer) {
    Status kept = store_.put_meta_rows({{std::string(ledger::keys::kCosigned), merged->to_text()}});
    if (!kept) return kept.error();
    cosigned_ = merged->to_text();
  }
  return merged->to_text();
}

Result<VerifierKey> Checkpoints::make_key() {
  std::lock_guard signing(signing_);
  std::lock_guard lock(mutex_);
  SigningKey key{key_.name, ledger::ed25519::new_seed()};
  Status kept = store_.put_meta_rows({keys_.row_for(key)});
  if (!kept) return kept.error();
  keys_.add(key);
  return key.verifier();
}

void Checkpoints::follow(const ledger::Entry& entry) {
  if (entry.command.kind != ledger::CommandKind::rotate_key || entry.refusal) return;
  std::lock_guard signing(signing_);
  const auto& detail = entry.events.at(0).as<ledger::KeyDetail>();
  const SigningKey* before = keys_.find(detail.before);
  const SigningKey* after = keys_.find(detail.after);
  if (!before || !after) return;
  Status handed = hand_over(store_, *before, entry.index);
  if (!handed) log::error("no key was handed over", {{"why", handed.error().message}});
  std::lock_guard lock(mutex_);
  key_ = *after;
  any_ = false;  // the next one is by the new key
}

VerifierKey Checkpoints::verifier() const {
  return key_in_use().verifier();
}

}  // namespace jobledger::daemon
