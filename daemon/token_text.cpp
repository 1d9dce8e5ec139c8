#include "daemon/token_text.h"

#include <openssl/rand.h>

#include <array>

#include "ledger/assert.h"
#include "ledger/hash.h"

namespace jobledger::daemon {

std::string make_token() {
  std::array<unsigned char, 32> secret;
  JL_ASSERT(RAND_bytes(secret.data(), secret.size()) == 1);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string token = "jl_";
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char byte : secret) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) token += kAlphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) token += kAlphabet[bits << (6 - held) & 63];
  return token;
}

ledger::Sha256 hash_of_token(std::string_view token) {
  return ledger::sha256({token});
}

}  // namespace jobledger::daemon
