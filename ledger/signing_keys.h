#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "ledger/signed_note.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// The keys that a ledger signs its checkpoints with, oldest first; their private halves are in its
/// store alone. All are of one name, the ledger's origin, which is made of the id of the ledger: a
/// copy of its history is another ledger, and signs under another name.
class SigningKeys {
 public:
  /// Empty if none was made yet. A Failure if a row is damaged.
  static Result<SigningKeys> load(const Store& store);
  /// The same of their rows, in the order of keys.
  static Result<SigningKeys> of_rows(const Store::Rows& rows);

  bool empty() const { return keys_.empty(); }
  const std::vector<SigningKey>& all() const { return keys_; }
  std::vector<VerifierKey> verifiers() const;
  /// Null if the ledger has no such key.
  const SigningKey* find(std::string_view verifier) const;

  /// The row that adds the key to those of the store.
  std::pair<std::string, std::string> row_for(const SigningKey& key) const;
  void add(SigningKey key) { keys_.push_back(std::move(key)); }

 private:
  std::vector<SigningKey> keys_;
};

/// `PREFIX/ID`.
std::string origin_of(std::string_view prefix, const Store& store);

}  // namespace jobledger::ledger
