#include "projections/verify.h"

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "ledger/payload.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Event;
using ledger::Result;
using ledger::Sha256;
using ledger::Status;

namespace {

constexpr std::size_t kMaxFindings = 100;
constexpr std::uint64_t kProgressStep = 1 << 14;

/// Goes through the log once and folds it as it goes.
class Reader {
 public:
  Reader(const ledger::Store& store, std::vector<std::string>& findings)
      : store_(store), findings_(findings), state_(std::make_unique<State>()) {}

  /// False once the rest cannot be judged, or there are findings enough.
  bool read(std::uint64_t index, std::string_view bytes) {
    Result<Entry> entry = ledger::decode(bytes);
    if (!entry) return found(index, entry.error().message), false;
    if (entry->index != index) {
      return found(index, "it says that it is entry " + std::to_string(entry->index)), false;
    }
    if (entry->time < last_time_) found(index, "its time is before that of the entry before it");
    last_time_ = entry->time;
    check_leaf(index, bytes);
    for (const Event& event : entry->events) check_payload(*entry, event);
    state_->fold_stored(*entry);
    return findings_.size() < kMaxFindings;
  }

  State& state() { return *state_; }

 private:
  void found(std::uint64_t index, const std::string& what) {
    findings_.push_back("entry " + std::to_string(index) + ": " + what);
  }

  void check_leaf(std::uint64_t index, std::string_view bytes) {
    Sha256 leaf = ledger::HashTree::hash_leaf(ledger::sha256({bytes}));
    if (index >= run_first_ + run_.size()) load_run(index);
    bool known = index >= run_first_ && index - run_first_ < run_.size();
    if (!known) return found(index, "the hash tree has no leaf for it");
    if (run_[index - run_first_] != leaf) {
      found(index, "its bytes are not those that the hash tree has the hash of");
    }
  }

  void load_run(std::uint64_t index) {
    run_.clear();
    auto row = store_.tree_floor(ledger::keys::tree_run(0, 0), ledger::keys::tree_run(0, index));
    if (!row) return;
    run_first_ = ledger::keys::index_of_tree_key(row->first);
    for (std::size_t at = 0; at + sizeof(Sha256) <= row->second.size(); at += sizeof(Sha256)) {
      Sha256& hash = run_.emplace_back();
      std::copy_n(row->second.begin() + static_cast<std::ptrdiff_t>(at), hash.size(), hash.begin());
    }
  }

  void check_payload(const Entry& entry, const Event& event) {
    if (event.kind != ledger::EventKind::job_submitted) return;
    Result<std::string> payload = ledger::read_payload(store_, event.subject);
    if (!payload) return found(entry.index, payload.error().message);
    std::string_view salt(reinterpret_cast<const char*>(entry.salt.data()), entry.salt.size());
    Sha256 hash = ledger::sha256({salt, ledger::keys::payload(event.subject), *payload});
    if (hash != event.as<ledger::SubmissionDetail>().payload_hash) {
      found(entry.index, "the payload of job " + event.subject.text() + " is another");
    }
  }

  const ledger::Store& store_;
  std::vector<std::string>& findings_;
  std::unique_ptr<State> state_;
  ledger::TimeMs last_time_ = 0;
  std::vector<Sha256> run_;  ///< leaves of the stored tree from run_first_ on
  std::uint64_t run_first_ = 0;
};

/// What a start would serve, against a fresh fold.
void compare_with_snapshot(ledger::Store& store, State& fresh, const RecoveryReport& report,
                           Verification& result) {
  Snapshots snapshots(store);
  State state;
  std::string doubt;
  auto loaded = snapshots.load(state, [&](const std::string& note) { doubt = note; });
  if (!doubt.empty()) {
    result.findings.push_back(doubt + " (a start will fold the whole log instead)");
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

Verification verify(ledger::Store& store, const RecoveryReport& report) {
  Verification result;
  Result<std::uint64_t> count = store.entry_count();
  if (!count) {
    result.findings.push_back(count.error().message);
    return result;
  }
  Reader reader(store, result.findings);
  Status scanned = store.scan_entries(0, [&](std::uint64_t index, std::string_view bytes) {
    if (index >= *count) return false;
    if (index % kProgressStep == 0) report.progress({index, *count});
    ++result.entries;
    return reader.read(index, bytes);
  });
  if (!scanned) result.findings.push_back(scanned.error().message);
  if (!result.findings.empty()) return result;
  Result<ledger::HashTree> tree = ledger::HashTree::load(store, *count);
  if (!tree) {
    result.findings.push_back(tree.error().message);
  } else {
    result.root = ledger::to_hex(ledger::bytes_of(tree->root()));
  }
  compare_with_snapshot(store, reader.state(), report, result);
  return result;
}

}  // namespace jobledger::projections
