#include "daemon/cli/history_watch.h"

#include <filesystem>

#include "daemon/cli/files.h"
#include "daemon/json/document.h"
#include "ledger/durable_file.h"
#include "ledger/tree_proofs.h"

namespace jobledger::daemon::cli {

using ledger::Checkpoint;
using ledger::entries_text;
using ledger::Failure;
using ledger::Result;
using ledger::SignedCheckpoint;
using ledger::Status;

namespace {

/// The hashes of a proof; nullopt if the answer has none.
std::optional<ledger::Hashes> hashes_in(const Answer& answer) {
  auto document = json::Document::parse(answer.body);
  if (!document || !document->root().is_object()) return std::nullopt;
  auto list = document->root().find("hashes");
  if (!list || !list->is_array()) return std::nullopt;
  ledger::Hashes hashes;
  for (const json::Value& each : list->elements()) {
    auto hash = each.is_string() ? ledger::hash_from_base64(each.string()) : std::nullopt;
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}

}  // namespace

Status HistoryWatch::begin() {
  std::error_code unknown;  // then reading it says why
  if (file_.empty() || (!std::filesystem::exists(file_, unknown) && !unknown)) return ledger::ok();
  auto text = read_file(file_);
  auto kept = text ? SignedCheckpoint::parse(*text) : text.error();
  if (!kept) return Failure{file_ + " holds no checkpoint: " + kept.error().message};
  before_ = std::move(kept->checkpoint);
  return ledger::ok();
}

std::optional<std::string> HistoryWatch::compare(const Checkpoint& now) const {
  if (now.origin != before_->origin) {
    return "this is another ledger: it was " + before_->origin + ", and is " + now.origin;
  }
  if (now.size < before_->size) {
    return "the ledger was rolled back: it had signed " + entries_text(before_->size) +
           ", and now signs " + std::to_string(now.size);
  }
  auto answer = call(remote_, "GET",
                     "/ledger/v1/proofs/consistency?from=" + std::to_string(before_->size) +
                         "&to=" + std::to_string(now.size),
                     "");
  if (!answer || answer->status != 200) return std::nullopt;  // gone again, or too busy
  auto proof = hashes_in(*answer);
  bool goes_on =
      proof && ledger::proves_consistency(*proof, before_->size, before_->root, now.size, now.root);
  if (goes_on) return std::string();
  return "the history of the ledger is another than it was: its first " +
         entries_text(before_->size) + " are not those that it had signed";
}

Result<std::string> HistoryWatch::look() {
  ++untold_;
  auto answer = call(remote_, "GET", "/ledger/v1/checkpoint", "");
  if (!answer || answer->status != 200) return std::string();
  auto read = SignedCheckpoint::parse(answer->body);
  if (!read) return "what the ledger signs is no checkpoint: " + read.error().message;
  Checkpoint& now = read->checkpoint;
  if (!keys_.empty() && !is_signed_by_one(read->note, keys_)) {
    return "the checkpoint of the first " + entries_text(now.size) +
           " is signed by no key that is trusted here. If the ledger's key was changed, the "
           "receipt of that change, by the old key, names the new one";
  }
  if (before_) {
    std::optional<std::string> wrong = compare(now);
    if (!wrong) return std::string();
    if (!wrong->empty()) return *wrong;
  }
  untold_ = 0;
  before_ = std::move(now);
  if (file_.empty()) return std::string();
  Status kept = ledger::replace_durably(file_, answer->body);
  if (!kept) return kept.error();
  return std::string();
}

}  // namespace jobledger::daemon::cli
