#include "projections/signed_roots.h"

#include "ledger/keys.h"

namespace jobledger::projections {

namespace keys = ledger::keys;

SignedRoots::SignedRoots(ledger::Salvage& salvage, const std::vector<NamedNote>& kept) {
  read_keys(salvage, !kept.empty());
  if (!keys_) return;
  for (const auto& [name, note] : kept) {
    if (!take(name, note)) findings_.push_back(name + " is damaged, or of another ledger");
  }
  for (auto [key, name] : {std::pair(keys::kCheckpoint, "the last signed checkpoint"),
                           std::pair(keys::kCosigned, "the last checkpoint that others signed")}) {
    auto versions = salvage.meta_versions(key);
    bool any = false;
    for (const std::string& note : versions) any |= take(name, note);
    if (!versions.empty() && !any) {
      findings_.push_back(std::string(name) + " is damaged, or was not signed by this ledger");
    }
  }
  for (const auto& [key, note] : salvage.meta_rows(keys::kHandovers)) {
    take("the last note of a key that was rotated", note);
  }
}

void SignedRoots::read_keys(ledger::Salvage& salvage, bool has_anchor) {
  auto read = ledger::SigningKeys::of_rows(salvage.meta_rows(keys::kSigningKeys));
  // One whose daemon never ran has none. Whether that is so a file that cannot be read leaves open.
  bool has_signed =
      has_anchor || !salvage.meta_versions(keys::kCheckpoint).empty() || !salvage.faults().empty();
  has_signed = has_signed && read && read->empty();
  if (read && !has_signed) {
    keys_ = std::move(*read);
  } else {
    findings_.push_back(read ? "the keys that the ledger signs with are gone"
                             : read.error().message);
  }
}

bool SignedRoots::take(const std::string& name, const std::string& note) {
  auto read = ledger::SignedCheckpoint::parse(note);
  if (!read || !keys_ || !is_signed_by_one(read->note, keys_->verifiers())) return false;
  roots_.try_emplace(read->checkpoint.size, Root{name, read->checkpoint.root});
  return true;
}

}  // namespace jobledger::projections
