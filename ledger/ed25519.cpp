#include "ledger/ed25519.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

#include "ledger/assert.h"

namespace jobledger::ledger::ed25519 {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key private_key(const Seed& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  JL_ASSERT(key);
  return key;
}

}  // namespace

Seed new_seed() {
  Seed seed;
  JL_ASSERT(RAND_priv_bytes(seed.data(), static_cast<int>(seed.size())) == 1);
  return seed;
}

PublicKey public_key_of(const Seed& seed) {
  PublicKey key;
  std::size_t size = key.size();
  JL_ASSERT(EVP_PKEY_get_raw_public_key(private_key(seed).get(), key.data(), &size) == 1);
  return key;
}

Signature sign(const Seed& seed, std::string_view message) {
  Key key = private_key(seed);
  Context context(EVP_MD_CTX_new());
  Signature signature;
  std::size_t size = signature.size();
  bool made =
      context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, bytes(message), message.size()) == 1;
  JL_ASSERT(made);
  return signature;
}

bool verify(const PublicKey& public_key, std::string_view message, const Signature& signature) {
  Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  Context context(EVP_MD_CTX_new());
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes(message),
                          message.size()) == 1;
}

}  // namespace jobledger::ledger::ed25519
