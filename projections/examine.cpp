#include "projections/examine.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "projections/fits.h"
#include "projections/salvaged_entry.h"
#include "projections/stored_entry.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::HashTree;
using ledger::Result;
using ledger::Sha256;

namespace {

constexpr std::size_t kMaxFindings = 100;
constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

void put_nowhere(std::string_view, std::string_view) {}

/// Findings of one entry each; one tells of all that follow on each other for the same reason.
class Findings {
 public:
  explicit Findings(Examination& result) : result_(result) {}
  ~Findings() { flush(); }

  void add(std::uint64_t entry, const std::string& what) {
    bool goes_on = begun_ && entry == last_ + 1 && what == what_;
    if (!goes_on) {
      flush();
      first_ = entry;
      what_ = what;
      begun_ = true;
    }
    last_ = entry;
  }
  void add(const std::string& finding) {
    flush();
    put(finding);
  }
  void flush() {
    if (!begun_) return;
    begun_ = false;
    std::string who = first_ == last_
                          ? "entry " + std::to_string(first_)
                          : "entries " + std::to_string(first_) + " to " + std::to_string(last_);
    put(who + ": " + what_);
  }

 private:
  void put(const std::string& finding) {
    result_.findings_cut_off = result_.findings.size() == kMaxFindings;
    if (!result_.findings_cut_off) result_.findings.push_back(finding);
  }

  Examination& result_;
  bool begun_ = false;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  std::string what_;
};

/// Goes through what may be entries once.
class Examiner {
 public:
  Examiner(ledger::Salvage& salvage, const SignedRoots& roots, const RecoveryReport& report)
      : salvage_(salvage), roots_(roots), report_(report), findings_(result_) {}

  Examination run() {
    for (const auto& fault : salvage_.faults()) findings_.add(fault.what);
    for (const std::string& finding : roots_.findings()) findings_.add(finding);
    if (!salvage_.ledger_id()) {
      result_.hopeless = "the id of the ledger cannot be read";
      findings_.add(result_.hopeless);
    } else if (!roots_.keys()) {
      result_.hopeless =
          "without the keys that it signs with the ledger could not go on as the same";
    }
    const std::uint64_t leaves = salvage_.leaves();
    result_.end = std::max({salvage_.entries_end(), leaves, roots_.end()});
    note_root();
    for (std::uint64_t index = 0; index < result_.end; ++index) {
      if (index % kProgressStep == 0) report_.progress({index, result_.end});
      take(index);
    }
    judge(leaves);
    findings_.flush();
    if (result_.later.empty()) count_loss();
    return std::move(result_);
  }

 private:
  void take(std::uint64_t index) {
    const std::optional<std::string> stored = salvage_.leaf(index);
    grow(stored_, stored);
    auto row = salvage_.entry(index);
    if (!row) {
      broken(index, "cannot be read: " + row.error().message);
      read_ = std::min(read_, index);
      grow(computed_, std::nullopt);
      note_root();
      return;
    }
    const Sha256 leaf = HashTree::hash_leaf(ledger::sha256({row->bytes}));
    grow(computed_, std::string(ledger::bytes_of(leaf)));
    const bool fits_leaf = !row->behind_damage && stored == ledger::bytes_of(leaf);
    if (stored && stored != ledger::bytes_of(leaf)) {
      findings_.add(index, "its bytes are not those that the hash tree has the hash of");
    }
    // Without a leaf of its own only a signature of a tree with it tells, if there is one.
    if (!fits_leaf) doubted_.push_back(index);
    look_into(index, *row, fits_leaf);
    note_root();
  }

  /// Folds the entry, or says why not.
  void look_into(std::uint64_t index, const ledger::SalvagedRow& row, bool fits_leaf) {
    if (folded_ != kNever) {
      if (fits_leaf) note_later(index, row.bytes);
      return;
    }
    auto entry = ledger::decode(row.bytes);
    bool known = entry && entry->rules_version <= ledger::kRulesVersion;
    if (!known && ledger::unknown_in(row.bytes)) {
      later_ = std::min(later_, index);
      if (fits_leaf) note_later(index, row.bytes);
      later_bytes_ = row.bytes;
      folded_ = index;
      return;
    }
    if (!entry) return broken(index, entry.error().message);
    if (entry->index != index) {
      return broken(index, "it says that it is entry " + std::to_string(entry->index));
    }
    if (entry->time < result_.time) return broken(index, "its time is before that of the last");
    if (auto fitting = fits(state_, *entry); !fitting)
      return broken(index, fitting.error().message);
    if (auto payloads = salvaged_payloads(salvage_, *entry); !payloads) {
      return broken(index, payloads.error().message);
    }
    state_.fold_stored(*entry);
    result_.time = entry->time;
    times_.push_back(entry->time);
  }

  void note_later(std::uint64_t index, std::string_view bytes) {
    if (!result_.later.empty()) return;
    if (auto later = later_entry(index, bytes)) result_.later = later->message;
  }

  void broken(std::uint64_t index, const std::string& why) {
    folded_ = std::min(folded_, index);
    findings_.add(index, why);
  }

  /// A tree that lacks a leaf does not grow any more.
  static void grow(std::optional<HashTree>& tree, const std::optional<std::string>& leaf) {
    if (!leaf) tree.reset();
    if (!tree || !leaf) return;
    Sha256 hash;
    std::copy(leaf->begin(), leaf->end(), reinterpret_cast<char*>(hash.data()));
    tree->grow(hash, put_nowhere);
  }

  /// Holds the trees against what was signed of this size.
  void note_root() {
    const std::uint64_t size = next_size_++;
    if (computed_) computed_roots_ = size;
    auto at = roots_.roots().find(size);
    if (at == roots_.roots().end()) return;
    if (computed_ && computed_->root() == at->second.root) {
      signed_ = size;
      signed_by_ = at->second.name;
    } else if (stored_ && stored_->root() == at->second.root) {
      stored_is_signed_ = size;
    } else if (computed_) {
      findings_.add("the log has another history than " + at->second.name + " of its first " +
                    ledger::entries_text(size) + " says");
      other_history_ = true;
    }
  }

  void judge(std::uint64_t leaves) {
    const std::uint64_t end = result_.end;
    if (roots_.end() > std::max(salvage_.entries_end(), leaves)) {
      findings_.add("the end of the log is gone: " + roots_.roots().rbegin()->second.name +
                    " is of " + ledger::entries_text(end));
    }
    // Entries are proven one by one by their leaves, and all before a size by what was signed.
    std::uint64_t proven = std::min(read_, end);
    for (std::uint64_t index : doubted_) {
      if (index >= signed_) proven = std::min(proven, index);
    }
    if (other_history_) proven = std::min(proven, std::max(signed_, stored_is_signed_));
    if (later_ < proven && result_.later.empty()) note_later(later_, later_bytes_);
    if (proven < std::min(read_, end)) {
      findings_.add(proven, "nothing that can be read proves it");
    }
    result_.whole = std::min(proven, folded_);
    result_.proof =
        signed_ >= result_.whole && signed_ > 0
            ? signed_by_ + " of " + ledger::entries_text(signed_)
            : "the hash tree" + (signed_ > 0
                                     ? ", and up to " + std::to_string(signed_) + " " + signed_by_
                                     : std::string());
    if (!times_.empty()) result_.time = result_.whole == 0 ? 0 : times_[result_.whole - 1];
    times_.clear();
    result_.end_is_known = is_end_known(leaves);
  }

  bool is_end_known(std::uint64_t leaves) const {
    std::size_t damaged = 0;
    for (const auto& fault : salvage_.faults()) {
      if (fault.of_log) return false;
      if (!fault.of_snapshots) ++damaged;
    }
    // The ends of the log and of its tree stand in tables of their own.
    return damaged == 0 || (damaged == 1 && leaves == salvage_.entries_end());
  }

  void count_loss() {
    Loss& loss = result_.loss;
    loss.entries = result_.end - result_.whole;
    boost::unordered_flat_set<ledger::JobId, UlidHash> jobs;
    for (std::uint64_t index = result_.whole; index < result_.end; ++index) {
      auto row = salvage_.entry(index);
      if (!row) continue;
      ++loss.readable;
      auto entry = ledger::decode(row->bytes);
      if (!entry) continue;
      if (loss.from == 0) loss.from = entry->time;
      loss.to = entry->time;
      for (const ledger::Event& event : entry->events) {
        if (event.number != ledger::kNoJob) jobs.insert(event.subject);
      }
    }
    loss.jobs = jobs.size();
    HashTree tree;
    for (std::uint64_t index = 0; index < result_.whole; ++index) {
      auto row = salvage_.entry(index);
      if (row) tree.grow(HashTree::hash_leaf(ledger::sha256({row->bytes})), put_nowhere);
    }
    result_.root = tree.root();
  }

  ledger::Salvage& salvage_;
  const SignedRoots& roots_;
  const RecoveryReport& report_;
  Examination result_;
  Findings findings_;
  State state_;
  std::vector<ledger::TimeMs> times_;              ///< of the folded
  std::optional<HashTree> computed_ = HashTree();  ///< of the entries
  std::optional<HashTree> stored_ = HashTree();    ///< of the stored leaves
  std::uint64_t next_size_ = 0;
  std::uint64_t computed_roots_ = 0;
  std::uint64_t read_ = kNever;    ///< the first entry that cannot be read
  std::uint64_t folded_ = kNever;  ///< the first that cannot be folded
  std::uint64_t later_ = kNever;   ///< the first of a later version, if it is one
  std::string later_bytes_;
  std::vector<std::uint64_t> doubted_;  ///< entries whose leaf does not prove them
  std::uint64_t signed_ = 0;            ///< so many are proven by what was signed
  std::string signed_by_;
  std::uint64_t stored_is_signed_ = 0;
  bool other_history_ = false;
};

}  // namespace

Examination examine(ledger::Salvage& salvage, const SignedRoots& roots,
                    const RecoveryReport& report) {
  return Examiner(salvage, roots, report).run();
}

}  // namespace jobledger::projections
