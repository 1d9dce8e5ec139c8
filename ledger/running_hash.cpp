#include "ledger/running_hash.h"

#include <openssl/evp.h>

#include "ledger/assert.h"

namespace jobledger::ledger {

struct RunningHash::State {
  EVP_MD_CTX* handle = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(handle); }
};

RunningHash::RunningHash() : state_(std::make_unique<State>()) {
  bool begun = EVP_DigestInit_ex2(state_->handle, EVP_sha256(), nullptr) == 1;
  JL_ASSERT(begun);
}

RunningHash::~RunningHash() = default;

void RunningHash::add(std::string_view bytes) {
  bool added = EVP_DigestUpdate(state_->handle, bytes.data(), bytes.size()) == 1;
  JL_ASSERT(added);
}

Sha256 RunningHash::finish() {
  Sha256 hash;
  unsigned length = 0;
  bool done = EVP_DigestFinal_ex(state_->handle, hash.data(), &length) == 1;
  JL_ASSERT(done && length == hash.size());
  return hash;
}

}  // namespace jobledger::ledger
