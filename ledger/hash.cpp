#include "ledger/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "ledger/assert.h"

namespace jobledger::ledger {
namespace {

// Fetched once: an unfetched digest costs a look-up in the provider at every use, more than twice
// the time of hashing an entry.
EVP_MD* digest() {
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  JL_ASSERT(fetched != nullptr);
  return fetched;
}

struct Context {
  EVP_MD_CTX* handle = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(handle); }
};

}  // namespace

Sha256 sha256(std::initializer_list<std::string_view> parts) {
  thread_local Context context;
  Sha256 hash;
  unsigned length = 0;
  bool done = EVP_DigestInit_ex2(context.handle, digest(), nullptr) == 1;
  for (std::string_view part : parts) {
    done = done && EVP_DigestUpdate(context.handle, part.data(), part.size()) == 1;
  }
  done = done && EVP_DigestFinal_ex(context.handle, hash.data(), &length) == 1;
  JL_ASSERT(done && length == hash.size());
  return hash;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace jobledger::ledger
