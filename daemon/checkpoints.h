#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/signed_note.h"
#include "ledger/signing_keys.h"
#include "ledger/store.h"
#include "projections/state.h"

namespace jobledger::daemon {

/// Signs what the ledger says of itself: on a thread of its own within half a second of any entry,
/// and at once for who wants to be told of a certain one. What is signed is durable. Each goes
/// into the store; the thread puts the newest into the anchors, which may be on slow disks. Any
/// thread.
class Checkpoints {
 public:
  /// `anchors` are paths of files.
  Checkpoints(ledger::Store& store, const projections::State& state, ledger::SigningKeys keys,
              ledger::SigningKey current, std::vector<std::string> anchors);
  /// Signs what came last, and ends the thread.
  ~Checkpoints();

  /// The newest signed note. Of fewer entries than `version`, which is visible, it is made anew.
  ledger::Result<std::string> newest(std::uint64_t version = 0);
  /// Of how many entries the newest one is.
  std::uint64_t size() const;
  /// The newest one that others have signed, too; empty if there is none.
  std::string cosigned() const;

  /// Adds the signatures of others to a checkpoint that this ledger made: a note with its text.
  /// The witnesses known must have signed rightly; if there are any, no others are taken. Gives the
  /// note as it is served then. A Failure says what is wrong with it.
  ledger::Result<std::string> cosign(const std::string& note,
                                     const std::vector<ledger::VerifierKey>& witnesses);

  /// A new key, durable but not in use until an entry says so.
  ledger::Result<ledger::VerifierKey> make_key();
  /// An entry that is durable: one that rotates the keys puts another into use.
  void follow(const ledger::Entry& entry);
  /// Of the key in use.
  ledger::VerifierKey verifier() const;

 private:
  void loop();
  ledger::Status sign_what_is_new();
  ledger::Status write_anchors();
  bool has(std::uint64_t version) const;
  ledger::Status sign();
  ledger::SigningKey key_in_use() const;
  ledger::Result<ledger::SignedNote> own(const std::string& text) const;

  ledger::Store& store_;
  const projections::State& state_;
  const std::vector<std::string> anchors_;

  std::mutex signing_;        ///< held while one is made, so that they come in order
  mutable std::mutex mutex_;  ///< of what follows; for moments only, and after the other
  ledger::SigningKeys keys_;
  ledger::SigningKey key_;
  ledger::SignedNote newest_;
  std::uint64_t size_ = 0;  ///< of the newest
  bool any_ = false;
  std::string cosigned_;
  std::string anchored_;  ///< the note in the anchors; the thread's alone

  std::mutex stop_mutex_;
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobledger::daemon
