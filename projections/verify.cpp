#include "projections/verify.h"

#include "ledger/codec.h"
#include "ledger/payload.h"
#include "projections/fits.h"
#include "projections/invariants.h"
#include "projections/verify_checkpoints.h"
#include "projections/verify_tree.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Event;
using ledger::Failure;
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
        checkpoints_(store, [this](const std::string& what) { result_.findings.push_back(what); }),
        tree_(
            store, [this](const std::string& what) { result_.findings.push_back(what); },
            [this](const ledger::HashTree& tree) { note_root(tree); }),
        state_(std::make_unique<State>()) {
    checkpoints_.trust(request.keys);
    for (const auto& [name, note] : request.checkpoints) checkpoints_.expect(name, note);
    note_root({});
    if (request.invariants) {
      invariants_.emplace(
          store, [this](std::uint64_t index, const std::string& what) { found(index, what); });
    }
  }

  void read_all(std::uint64_t count) {
    std::uint64_t next = 0;
    while (next < count && !full()) {
      Status scanned = store_.scan_entries(next, [&](std::uint64_t index, std::string_view bytes) {
        if (index >= count || full()) return false;
        if (index % kProgressStep == 0) report_.progress({index, count});
        read(index, bytes);
        next = index + 1;
        return true;
      });
      if (scanned) break;
      result_.findings.push_back(scanned.error().message);
      folding_ = false;
      std::optional<std::uint64_t> after_gap = store_.next_entry(next);
      if (!after_gap || *after_gap == next) break;  // not a gap: what is there cannot be read
      next = *after_gap;
    }
    if (!full()) result_.root = tree_.finish(count);
    if (!full()) checkpoints_.finish(count);
    result_.held = checkpoints_.held();
    if (invariants_ && invariants_->of_other_rules() > 0) {
      report_.note(std::to_string(invariants_->of_other_rules()) +
                   " cascades were decided by other rules than this program has, and were not "
                   "decided again");
    }
  }

  /// The fold of the whole log; null if it came to no end.
  State* whole() { return folding_ && !full() ? state_.get() : nullptr; }

 private:
  void note_root(const ledger::HashTree& tree) {
    if (checkpoints_.wants(tree.size())) checkpoints_.root_at(tree.size(), tree.root());
  }

  bool full() const { return result_.findings.size() >= kMaxFindings; }

  void read(std::uint64_t index, std::string_view bytes) {
    ++result_.entries;
    Result<Entry> entry = Failure{};
    if (!tree_.take(index, bytes)) {
      folding_ = false;
    } else if (entry = ledger::decode(bytes); !entry) {
      stop_folding(index, entry.error().message);
    } else if (entry->index != index) {
      stop_folding(index, "it says that it is entry " + std::to_string(entry->index));
    } else {
      judge(*entry);
    }
  }

  void judge(const Entry& entry) {
    if (entry.time < last_time_) {
      found(entry.index, "its time is before that of the entry before it");
    }
    last_time_ = entry.time;
    for (const Event& event : entry.events) {
      check_payload(entry, event);
      const auto* keys = event.as_if<ledger::KeyDetail>();
      if (keys) checkpoints_.rotated(entry.index, keys->before, keys->after);
    }
    if (!folding_) return;
    if (Status fitting = fits(*state_, entry); !fitting) {
      stop_folding(entry.index, fitting.error().message);
    } else {
      if (invariants_) invariants_->before(*state_, entry);
      state_->fold_stored(entry);
      if (invariants_) invariants_->after(*state_, entry);
    }
  }

  void found(std::uint64_t index, const std::string& what) {
    result_.findings.push_back("entry " + std::to_string(index) + ": " + what);
  }

  void stop_folding(std::uint64_t index, const std::string& why) {
    found(index, why);
    folding_ = false;
  }

  void check_payload(const Entry& entry, const Event& event) {
    const auto* detail = event.as_if<ledger::SubmissionDetail>();
    if (!detail) return;
    Result<std::string> payload = ledger::read_payload(store_, event.subject);
    if (!payload) return found(entry.index, payload.error().message);
    if (ledger::payload_hash(entry.salt, event.subject, *payload) == detail->payload_hash) return;
    if (is_redacted(event.subject)) {
      ++result_.redacted;
    } else {
      found(entry.index, "the payload of job " + event.subject.text() + " is another");
    }
  }

  bool is_redacted(ledger::JobId job) const {
    Result<ledger::PayloadRow> row = ledger::read_payload_row(store_, job);
    return row && row->redacted;
  }

  const ledger::Store& store_;
  const RecoveryReport& report_;
  Verification& result_;
  CheckpointCheck checkpoints_;
  TreeCheck tree_;
  std::unique_ptr<State> state_;
  std::optional<InvariantCheck> invariants_;
  bool folding_ = true;
  ledger::TimeMs last_time_ = 0;
};

/// What a start would serve, against a fresh fold.
void compare_with_snapshot(ledger::Store& store, State& fresh, const RecoveryReport& report,
                           Verification& result) {
  Snapshots snapshots(store);
  State state;
  std::string doubt;
  auto loaded = snapshots.load(state, [&](const std::string& note) { doubt = note; });
  if (!doubt.empty()) {
    doubt += " (a start will fold the whole log instead)";
    snapshots.of_another_format() ? report.note(doubt) : result.findings.push_back(doubt);
  }
  if (!loaded) return;
  result.snapshot = *loaded;
  Status folded = fold_log(store, state, fresh.folded(), report);
  if (!folded) {
    result.findings.push_back(folded.error().message);
    return;
  }
  auto expected = digests(fresh);
  for (const auto& [name, digest] : digests(state)) {
    if (digest != expected[name]) {
      result.findings.push_back("projection " + name + ": the snapshot of version " +
                                std::to_string(*loaded) + " and the entries after it do not give " +
                                "what a fold of the whole log gives");
    }
  }
}

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
  if (State* fresh = reader.whole()) compare_with_snapshot(store, *fresh, report, result);
  return result;
}

}  // namespace jobledger::projections
