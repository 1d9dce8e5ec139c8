#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/signed_note.h"
#include "ledger/store.h"

namespace jobledger::projections {

/// Holds signed checkpoints against a log that is being read: the last one in the store, and those
/// that somebody kept. What it finds it tells `found`.
class CheckpointCheck {
 public:
  using Found = std::function<void(const std::string&)>;
  CheckpointCheck(const ledger::Store& store, Found found);

  /// With keys of the caller's the store's own are not believed, and there must be a checkpoint.
  void trust(const std::vector<ledger::VerifierKey>& keys);
  /// A note that the log must go with; `name` is how findings call it. Gives the size of the tree
  /// that it speaks of; nullopt if it is none.
  std::optional<std::uint64_t> expect(const std::string& name, const std::string& note);
  /// The first `size` entries are not read, and what follows grows out of a tree with that root:
  /// what is told of them is proven to be in that tree instead.
  void begin_at(std::uint64_t size, const ledger::Sha256& root);

  /// The root of the log's first `size` entries; to be told of every size it asks for.
  void root_at(std::uint64_t size, const ledger::Sha256& root);
  /// Whether it asks for the root at that size.
  bool wants(std::uint64_t size) const { return roots_.contains(size); }
  /// Whether it asks for the entry of that index.
  bool wants_entry(std::uint64_t index) const { return notes_.contains(index); }
  /// The entry put another key into use: who trusts the one trusts the other, if the one has signed
  /// a tree with that entry.
  void rotated(const ledger::Entry& entry);
  /// After all of a log with that many entries.
  void finish(std::uint64_t count);

  /// What the log goes with, after `finish`: `NAME (its first N entries)`.
  const std::vector<std::string>& held() const { return held_; }
  /// How many entries are in the largest of them.
  std::uint64_t covered() const { return covered_; }

 private:
  struct Expected {
    std::string name;
    ledger::SignedCheckpoint signed_checkpoint;
    bool any_own_key = false;  ///< of the ledger's may have signed it, trusted or not
  };
  struct Handover {
    std::uint64_t entry;
    std::string before;
    std::string after;
  };
  void read_own();
  void read_handovers();
  void trust_on(const Handover& handover);
  bool is_proven(std::uint64_t entry, const std::string& bytes, std::uint64_t size,
                 const ledger::Sha256& root) const;
  void judge_handovers(std::uint64_t count);
  std::string root_wrong(const ledger::Checkpoint& checkpoint) const;
  /// What is wrong with it; empty if nothing is.
  std::string judge(const Expected& expected, std::uint64_t count) const;
  bool is_trusted(const Expected& expected) const;

  const ledger::Store& store_;
  Found found_;
  std::string origin_;  ///< of the store's keys; empty if it has none
  std::vector<ledger::VerifierKey> own_keys_;
  std::vector<ledger::VerifierKey> keys_;  ///< that are trusted
  bool wants_some_ = false;                ///< checkpoints: they were not all taken away
  std::vector<Expected> expected_;
  std::vector<Handover> handovers_;                               ///< in the order of the log
  std::map<std::uint64_t, ledger::SignedCheckpoint> notes_;       ///< of the old keys, by the entry
  std::map<std::uint64_t, std::optional<ledger::Sha256>> roots_;  ///< asked for, and told
  std::vector<std::string> held_;
  std::uint64_t covered_ = 0;
};

}  // namespace jobledger::projections
