#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace jobledger::daemon::http {

/// A certificate and its key, as PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

/// A CA of a test's own.
class Authority {
 public:
  Authority();
  /// As PEM.
  const std::string& certificate() const { return pem_; }
  /// For 127.0.0.1; it ends in that many days, or has ended before as many.
  Identity issue(const std::string& name, int days = 1) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;

  static Key make_key();
  /// The issuer is null for one that signs itself.
  static Certificate make_certificate(const std::string& name, EVP_PKEY* key, int days,
                                      X509* issuer, EVP_PKEY* issuer_key);

  Key key_;
  Certificate certificate_;
  std::string pem_;
};

/// The key behind a passphrase.
std::string locked(const std::string& key);

}  // namespace jobledger::daemon::http
