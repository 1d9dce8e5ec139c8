#include "projections/verify.h"

#include <algorithm>

#include "ledger/codec.h"
#include "projections/fits.h"
#include "projections/invariants.h"
#include "projections/read_ahead.h"
#include "projections/stored_entry.h"
#include "projections/verify_checkpoints.h"
#include "projections/verify_snapshot.h"
#include "projections/verify_tree.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::size_t kMaxFindings = 100;
constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large

/// Goes through the log once, and folds it as long as that can be done.
class Reader {
 public:
  Reader(const ledger::Store& store, const RecoveryReport& report, const VerifyRequest& request,
         Verification& result)
      : store_(store),
        report_(report),
        result_(result),
        all_invariants_(request.invariants),
        allow_redacted_(request.allow_redacted),
        depth_(request.only_hashes ? ReadDepth::hashes : ReadDepth::payloads),
        checkpoints_(store, [this](const std::string& what) { found(what); }),
        state_(std::make_unique<State>()),
        folding_(!request.only_hashes && !request.from) {
    checkpoints_.trust(request.keys);
    for (const auto& [name, note] : request.checkpoints) checkpoints_.expect(name, note);
    if (request.from) begun_ = checkpoints_.expect(request.from->first, request.from->second);
    if (folding_) {
      snapshot_.emplace(
          store, [this](const std::string& what) { found(what); }, report.note);
      snapshot_->at(*state_);
      invariants_.emplace(
          store, [this](std::uint64_t index, const std::string& what) { found(index, what); });
    }
  }

  void read_all(std::uint64_t count) {
    if (!begun_) return;
    std::uint64_t next = result_.begun = std::min(*begun_, count);
    auto tree = ledger::HashTree::load(store_, next);
    if (!tree) return found(tree.error().message);
    checkpoints_.begin_at(next, tree->root());
    TreeCheck check(
        store_, std::move(*tree), [this](const std::string& what) { found(what); },
        [this](const ledger::HashTree& grown) { note_root(grown); });
    while (next < count && !full()) {
      Status read = read_on(next, count, check);
      if (read || full()) break;
      found(read.error().message);
      folding_ = false;
      std::optional<std::uint64_t> after_gap = store_.next_entry(next);
      if (!after_gap || *after_gap == next) break;  // not a gap: what is there cannot be read
      next = *after_gap;
    }
    if (!full()) result_.root = check.finish(count);
    if (!full()) checkpoints_.finish(count);
    result_.held = checkpoints_.held();
    result_.covered = checkpoints_.covered();
    if (first_redacted_ && !allow_redacted_) {
      found(std::to_string(result_.redacted) + " payloads, the first of entry " +
            std::to_string(*first_redacted_) +
            ", are marked as redacted, and of their bodies no hash can tell; if this ledger was "
            "imported so, allow it with --allow-redacted");
    }
    if (invariants_ && invariants_->of_other_rules() > 0) {
      report_.note(std::to_string(invariants_->of_other_rules()) +
                   " cascades were decided by other rules than this program has, and were not "
                   "decided again");
    }
  }

  /// Whether all of it was folded.
  bool folded_whole() {
    if (!folding_ || full()) return false;
    snapshot_->finish();
    result_.snapshot = snapshot_->held();
    return true;
  }

 private:
  /// Until the log ends, there is enough found, or there is a gap.
  Status read_on(std::uint64_t& next, std::uint64_t count, TreeCheck& tree) {
    ReadAhead log(store_, next, count, depth_);
    while (ReadEntry* read = full() ? nullptr : log.next()) {
      if (read->index % kProgressStep == 0)
        report_.progress({read->index - result_.begun, count - result_.begun});
      next = read->index + 1;
      ++result_.entries;
      if (tree.take(read->index, read->leaf)) {
        take(*read);
      } else {
        folding_ = false;
      }
    }
    return log.status();
  }

  void note_root(const ledger::HashTree& tree) {
    if (checkpoints_.wants(tree.size())) checkpoints_.root_at(tree.size(), tree.root());
  }

  bool full() const { return result_.findings.size() >= kMaxFindings; }

  void take(const ReadEntry& read) {
    if (depth_ == ReadDepth::hashes) {
      if (!checkpoints_.wants_entry(read.index)) return;
      if (auto entry = ledger::decode(read.bytes)) checkpoints_.rotated(*entry);
    } else if (auto later = later_entry(read)) {
      if (result_.later.empty()) result_.later = later->message;
      folding_ = false;
    } else if (!read.decoded) {
      stop_folding(read.index, read.decoded.error().message);
    } else if (read.entry.index != read.index) {
      stop_folding(read.index, "it says that it is entry " + std::to_string(read.entry.index));
    } else {
      judge(read.entry, read.redacted);
    }
  }

  void judge(const Entry& entry, const Result<std::size_t>& redacted) {
    if (entry.time < last_time_) {
      found(entry.index, "its time is before that of the entry before it");
    }
    last_time_ = entry.time;
    if (!redacted) found(entry.index, redacted.error().message);
    if (redacted && *redacted > 0) {
      if (!first_redacted_) first_redacted_ = entry.index;
      result_.redacted += *redacted;
    }
    checkpoints_.rotated(entry);
    if (folding_) fold(entry);
  }

  void fold(const Entry& entry) {
    if (Status fitting = fits(*state_, entry); !fitting) {
      stop_folding(entry.index, fitting.error().message);
      return;
    }
    invariants_->before(*state_, entry);
    state_->fold_stored(entry);
    if (all_invariants_) invariants_->after(*state_, entry);
    snapshot_->at(*state_);
  }

  void found(const std::string& what) { result_.findings.push_back(what); }
  void found(std::uint64_t index, const std::string& what) {
    found("entry " + std::to_string(index) + ": " + what);
  }

  void stop_folding(std::uint64_t index, const std::string& why) {
    found(index, why);
    folding_ = false;
  }

  const ledger::Store& store_;
  const RecoveryReport& report_;
  Verification& result_;
  const bool all_invariants_;
  const bool allow_redacted_;
  const ReadDepth depth_;
  CheckpointCheck checkpoints_;
  std::optional<std::uint64_t> begun_ = 0;  ///< nullopt: where to begin cannot be read
  std::unique_ptr<State> state_;
  bool folding_;
  std::optional<SnapshotCheck> snapshot_;
  std::optional<InvariantCheck> invariants_;
  std::optional<std::uint64_t> first_redacted_;  ///< entry
  ledger::TimeMs last_time_ = 0;
};

}  // namespace

Verification verify(ledger::Store& store, const RecoveryReport& report,
                    const VerifyRequest& request) {
  Verification result;
  Result<std::uint64_t> count = store.entry_count();
  if (!count) {
    result.findings.push_back(count.error().message);
    return result;
  }
  Reader reader(store, report, request, result);
  reader.read_all(*count);
  result.refolded = reader.folded_whole();
  return result;
}

}  // namespace jobledger::projections
