#include "ledger/signing_keys.h"

#include <algorithm>
#include <cstring>

#include "ledger/keys.h"

namespace jobledger::ledger {

Result<SigningKeys> SigningKeys::load(const Store& store) {
  auto rows = store.meta_rows(keys::kSigningKeys);
  if (!rows) return rows.error();
  auto keys = of_rows(*rows);
  if (keys && keys->empty() && store.meta_row(keys::kCheckpoint)) {
    return Failure{"the ledger has signed checkpoints, and its keys are gone"};
  }
  return keys;
}

Result<SigningKeys> SigningKeys::of_rows(const Store::Rows& rows) {
  SigningKeys keys;
  for (const auto& [row_key, row] : rows) {
    SigningKey key;
    if (row.size() > key.seed.size() && row_key == keys::signing_key(keys.keys_.size())) {
      std::memcpy(key.seed.data(), row.data(), key.seed.size());
      key.name = row.substr(key.seed.size());
    }
    if (!is_key_name(key.name)) return Failure{"a signing key of the ledger is damaged or gone"};
    keys.add(std::move(key));
  }
  return keys;
}

std::vector<VerifierKey> SigningKeys::verifiers() const {
  std::vector<VerifierKey> verifiers;
  for (const SigningKey& key : keys_) verifiers.push_back(key.verifier());
  return verifiers;
}

const SigningKey* SigningKeys::find(std::string_view verifier) const {
  auto at = std::find_if(keys_.begin(), keys_.end(),
                         [&](const SigningKey& key) { return key.verifier().text() == verifier; });
  return at == keys_.end() ? nullptr : &*at;
}

std::pair<std::string, std::string> SigningKeys::row_for(const SigningKey& key) const {
  std::string seed(reinterpret_cast<const char*>(key.seed.data()), key.seed.size());
  return {keys::signing_key(keys_.size()), seed + key.name};
}

std::string origin_of(std::string_view prefix, const Store& store) {
  return std::string(prefix) + '/' + store.ledger_id().text();
}

}  // namespace jobledger::ledger
