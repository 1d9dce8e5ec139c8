#include "tls_client.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace jobledger::daemon::http {
namespace {

void need(bool good) {
  if (good) return;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw std::runtime_error(reason ? reason : "the connection ended");
}

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

Bio bio_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
}

Certificate certificate_in(const std::string& pem) {
  return Certificate(PEM_read_bio_X509(bio_of(pem).get(), nullptr, nullptr, nullptr), X509_free);
}

void show(SSL_CTX* context, const Identity& identity) {
  const auto certificate = certificate_in(identity.certificate);
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      PEM_read_bio_PrivateKey(bio_of(identity.key).get(), nullptr, nullptr, nullptr),
      EVP_PKEY_free);
  need(SSL_CTX_use_certificate(context, certificate.get()) == 1);
  need(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
}

/// Each with its length before it.
std::string wire_form(const std::string& protocols) {
  std::string form;
  for (std::size_t at = 0; at < protocols.size();) {
    const std::size_t end = std::min(protocols.find(',', at), protocols.size());
    form += static_cast<char>(end - at) + protocols.substr(at, end - at);
    at = end + 1;
  }
  return form;
}

}  // namespace

TlsClient::TlsClient(std::uint16_t port, const TlsWishes& wishes)
    : Client(port), context_(SSL_CTX_new(TLS_client_method())) {
  // OpenSSL writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  ERR_clear_error();
  SSL_CTX* context = context_.get();
  // What is too old is to be refused by the server, not by this side.
  need(SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1);
  need(SSL_CTX_set_max_proto_version(context, wishes.max_version) == 1);
  if (wishes.max_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
  if (!wishes.ca.empty()) {
    const auto ca = certificate_in(wishes.ca);
    need(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) == 1);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!wishes.identity.key.empty()) show(context, wishes.identity);
  const std::string protocols = wire_form(wishes.protocols);
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), socket());
  if (wishes.session) SSL_set_session(ssl_.get(), wishes.session);
  need(SSL_connect(ssl_.get()) == 1);
}

TlsClient::~TlsClient() = default;

void TlsClient::finish_sending() {
  SSL_shutdown(ssl_.get());
}

std::string TlsClient::protocol() const {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
  return std::string(reinterpret_cast<const char*>(chosen), size);
}

std::string TlsClient::server_name() const {
  char name[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(ssl_.get())),
                            NID_commonName, name, sizeof name);
  return name;
}

ssize_t TlsClient::send_some(const char* bytes, std::size_t count) {
  ERR_clear_error();
  return SSL_write(ssl_.get(), bytes, static_cast<int>(count));
}

ssize_t TlsClient::receive_some(char* bytes, std::size_t count) {
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), bytes, static_cast<int>(count));
  if (got > 0) return got;
  const int why = SSL_get_error(ssl_.get(), got);
  ended_well_ = why == SSL_ERROR_ZERO_RETURN;
  errno = why == SSL_ERROR_WANT_READ ? EAGAIN : ECONNRESET;
  return ended_well_ ? 0 : -1;
}

}  // namespace jobledger::daemon::http
