#include "authority.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <functional>
#include <stdexcept>

namespace jobledger::daemon::http {
namespace {

/// Each CA has a name of its own, as in life.
std::string next_name() {
  static std::atomic<int> count{0};
  return "CA " + std::to_string(++count) + " of a test";
}

constexpr long kDay = 24 * 60 * 60;

void need(bool good) {
  if (!good) throw std::runtime_error("OpenSSL made no certificate");
}

std::string text_of(const std::function<int(BIO*)>& write) {
  std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  need(write(bio.get()) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate) {
  return text_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string pem_of(EVP_PKEY* key) {
  return text_of([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void extend(X509* certificate, X509* issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, what, value), X509_EXTENSION_free);
  need(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

Authority::Authority()
    : key_(make_key()),
      certificate_(make_certificate(next_name(), key_.get(), 1, nullptr, key_.get())),
      pem_(pem_of(certificate_.get())) {}

Authority::Key Authority::make_key() {
  Key key(EVP_EC_gen("P-256"));
  need(key != nullptr);
  return key;
}

Authority::Certificate Authority::make_certificate(const std::string& name, EVP_PKEY* key, int days,
                                                   X509* issuer, EVP_PKEY* issuer_key) {
  Certificate made(X509_new());
  X509* it = made.get();
  long serial = 0;
  need(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4) == 1);
  need(X509_set_version(it, X509_VERSION_3) == 1 && X509_set_pubkey(it, key) == 1);
  need(ASN1_INTEGER_set(X509_get_serialNumber(it), serial) == 1);
  need(X509_gmtime_adj(X509_getm_notBefore(it), -30 * kDay) != nullptr);
  need(X509_gmtime_adj(X509_getm_notAfter(it), days * kDay) != nullptr);
  need(X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                  0) == 1);
  X509* signs = issuer ? issuer : it;
  need(X509_set_issuer_name(it, X509_get_subject_name(signs)) == 1);
  extend(it, signs, NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
  if (issuer) extend(it, signs, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
  need(X509_sign(it, issuer_key, EVP_sha256()) > 0);
  return made;
}

Identity Authority::issue(const std::string& name, int days) const {
  const Key key = make_key();
  const auto made = make_certificate(name, key.get(), days, certificate_.get(), key_.get());
  return {pem_of(made.get()), pem_of(key.get())};
}

std::string locked(const std::string& key) {
  std::unique_ptr<BIO, int (*)(BIO*)> in(BIO_new_mem_buf(key.data(), -1), BIO_free);
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> open(
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  need(open != nullptr);
  unsigned char word[] = "secret";
  return text_of([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, open.get(), EVP_aes_256_cbc(), word, sizeof word - 1,
                                    nullptr, nullptr);
  });
}

}  // namespace jobledger::daemon::http
