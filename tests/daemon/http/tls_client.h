#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "authority.h"
#include "http_fixture.h"

namespace jobledger::daemon::http {

struct TlsWishes {
  std::string ca;     ///< whom to trust, as PEM
  Identity identity;  ///< to show if asked for one
  int max_version = TLS1_3_VERSION;
  std::string protocols = "http/1.1";  ///< offered (ALPN), with a comma between them
  SSL_SESSION* session = nullptr;      ///< to go on with
};

/// A client that speaks TLS. Throws, with the reason, if the handshake fails.
class TlsClient final : public Client {
 public:
  TlsClient(std::uint16_t port, const TlsWishes& wishes);
  ~TlsClient() override;

  void finish_sending() override;  ///< of TLS alone: the socket stays open

  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string protocol() const;
  /// The name in the certificate of the server.
  std::string server_name() const;
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  /// To be freed by the caller; there is none before the first answer.
  SSL_SESSION* session() const { return SSL_get1_session(ssl_.get()); }
  /// Whether the server said that there was no more, once nothing came.
  bool ended_well() const { return ended_well_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  ssize_t send_some(const char* bytes, std::size_t count) override;
  ssize_t receive_some(char* bytes, std::size_t count) override;

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  bool ended_well_ = false;
};

}  // namespace jobledger::daemon::http
