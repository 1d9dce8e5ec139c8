#include "ledger/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "ledger/assert.h"

namespace jobledger::ledger {

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 mac{};
  unsigned size = 0;
  const auto* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  JL_ASSERT(done && size == mac.size());
  return mac;
}

}  // namespace jobledger::ledger
