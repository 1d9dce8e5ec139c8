#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/command.h"
#include "ledger/salvage.h"
#include "ledger/signing_keys.h"
#include "projections/verify.h"

namespace jobledger::projections {

/// What a damaged ledger has signed of itself, as far as that can be found: which root hash its
/// first so many entries have.
class SignedRoots {
 public:
  /// `kept` are notes from outside of the database, such as the anchor.
  SignedRoots(ledger::Salvage& salvage, const std::vector<NamedNote>& kept);

  struct Root {
    std::string name;  ///< of what was signed
    ledger::Sha256 root{};
  };
  /// By the number of entries.
  const std::map<std::uint64_t, Root>& roots() const { return roots_; }
  /// The largest number of entries that anything speaks of.
  std::uint64_t end() const { return roots_.empty() ? 0 : roots_.rbegin()->first; }
  /// nullopt if they are lost, which `findings` tells; empty if the ledger has none.
  const std::optional<ledger::SigningKeys>& keys() const { return keys_; }
  /// What is wrong with what was found.
  const std::vector<std::string>& findings() const { return findings_; }

 private:
  void read_keys(ledger::Salvage& salvage, bool has_anchor);
  /// False if it is none that the ledger signed.
  bool take(const std::string& name, const std::string& note);

  std::map<std::uint64_t, Root> roots_;
  std::optional<ledger::SigningKeys> keys_;
  std::vector<std::string> findings_;
};

}  // namespace jobledger::projections
