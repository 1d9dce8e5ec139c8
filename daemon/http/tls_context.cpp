#include "daemon/http/tls_context.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ssl/context.hpp>
#include <cerrno>
#include <system_error>

#include "daemon/logging.h"
#include "ledger/assert.h"

namespace jobledger::daemon::http {
namespace {

using ledger::Failure;
using ledger::Status;

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, Free>;

/// The first thing that OpenSSL complained of; what it adds tells where in its code.
std::string complaint() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  const char* reason = code ? ERR_reason_error_string(code) : nullptr;
  return reason ? reason : "no reason was given";
}

/// OpenSSL does not tell a file that cannot be read from one with something else in it.
Status check_readable(const char* what, const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return Failure{std::string(what) + ' ' + path +
                   " cannot be read: " + std::generic_category().message(errno)};
  }
  ::close(file);
  return ledger::ok();
}

void warn_of_readers(const std::string& key) {
  struct stat status {};
  if (::stat(key.c_str(), &status) != 0 || (status.st_mode & S_IRWXO) == 0) return;
  log::warn("every user of this machine may read or write the TLS key; chmod o= it",
            {{"tls.key", key}});
}

void tell_of(const X509* certificate, const std::string& path) {
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) return;
  if (days < 0 || seconds < 0) {
    log::warn("the TLS certificate has expired: clients will refuse it",
              {{"tls.certificate", path}, {"daysAgo", -days}});
  } else {
    log::info("the TLS certificate is in use", {{"tls.certificate", path}, {"daysLeft", days}});
  }
}

/// There is nobody who could be asked for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

Status use_certificate(SSL_CTX* context, const TlsFiles& files) {
  if (Status can = check_readable("tls.certificate", files.certificate); !can) return can;
  if (Status can = check_readable("tls.key", files.key); !can) return can;
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return Failure{"tls.certificate " + files.certificate + " is no certificate as PEM, or none " +
                   "that is good enough: " + complaint()};
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Failure{"tls.key " + files.key + " is no key of the certificate " + files.certificate +
                   " as PEM without a passphrase: " + complaint()};
  }
  return ledger::ok();
}

Status ask_for_certificates(SSL_CTX* context, const std::string& ca) {
  if (Status can = check_readable("tls.client_ca", ca); !can) return can;
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(ca.c_str());
  if (!names || SSL_CTX_load_verify_file(context, ca.c_str()) != 1) {
    return Failure{"tls.client_ca " + ca + " holds no certificates as PEM: " + complaint()};
  }
  SSL_CTX_set_client_CA_list(context, names);  // which clients choose theirs by
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return ledger::ok();
}

// RFC 7301: a client that offers protocols but not this one is refused.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kHttp[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp, sizeof kHttp, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

ledger::Result<std::shared_ptr<boost::asio::ssl::context>> make(const TlsFiles& files) {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_server_method()));
  JL_ASSERT(context && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  // Without it a client with a certificate could not resume its session.
  constexpr unsigned char kSessions[] = "jobledger";
  SSL_CTX_set_session_id_context(context.get(), kSessions, sizeof kSessions - 1);
  if (Status used = use_certificate(context.get(), files); !used) return used.error();
  if (!files.client_ca.empty()) {
    Status asks = ask_for_certificates(context.get(), files.client_ca);
    if (!asks) return asks.error();
  }
  warn_of_readers(files.key);
  tell_of(SSL_CTX_get0_certificate(context.get()), files.certificate);
  return std::make_shared<boost::asio::ssl::context>(context.release());
}

}  // namespace

ledger::Result<std::shared_ptr<TlsContext>> TlsContext::load(TlsFiles files) {
  std::shared_ptr<TlsContext> context(new TlsContext(std::move(files)));
  if (Status loaded = context->reload(); !loaded) return loaded.error();
  return context;
}

ledger::Status TlsContext::reload() {
  auto fresh = make(files_);
  if (!fresh) return fresh.error();
  const std::lock_guard lock(mutex_);
  current_ = std::move(*fresh);
  return ledger::ok();
}

std::shared_ptr<boost::asio::ssl::context> TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace jobledger::daemon::http
