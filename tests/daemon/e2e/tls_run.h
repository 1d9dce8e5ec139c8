#pragma once

#include <sys/stat.h>

#include "team.h"
#include "tests/daemon/http/tls_client.h"

namespace jobledger::daemon::e2e {

/// A daemon that listens with TLS, and whose teams connect so.
class TlsRun {
 public:
  /// With `clients`, it asks for certificates of that CA, and its teams show one.
  explicit TlsRun(Words more = {}, const http::Authority* clients = nullptr) {
    put(authority.issue("first"));
    wishes.ca = authority.certificate();
    Words flags = {"--tls-certificate", certificate(), "--tls-key", key()};
    if (clients) {
      wishes.identity = clients->issue("client");
      write_file(path("client_ca"), clients->certificate());
      write_file(path("client_cert"), wishes.identity.certificate);
      write_file(path("client_key"), wishes.identity.key);
      flags.insert(flags.end(), {"--tls-client-ca", path("client_ca")});
    }
    flags.insert(flags.end(), more.begin(), more.end());
    write_file(path("ca"), wishes.ca);
    daemon = std::make_unique<DaemonRun>(flags);
    daemon->set_connect([this](std::uint16_t port) { return connect(port); });
  }

  std::unique_ptr<http::TlsClient> connect(std::uint16_t port) const {
    return std::make_unique<http::TlsClient>(port, wishes);
  }
  std::unique_ptr<http::TlsClient> connect() const { return connect(daemon->port()); }

  void put(const http::Identity& identity) {
    write_file(certificate(), identity.certificate);
    write_file(key(), identity.key);
    ::chmod(key().c_str(), 0600);
  }
  /// The words that run another daemon on the same ledger and with the same certificate.
  Words serve(const std::string& listen) const {
    return {"serve",       "--data-dir", daemon->data_dir(),
            "--listen",    listen,       "--tls-certificate",
            certificate(), "--tls-key",  key()};
  }
  /// The words of a command that is told where the daemon is, and who it is.
  Words command(Words words, const std::string& ca) const {
    words.insert(words.end(), {"--url", daemon->url(), "--ca", ca});
    return words;
  }

  std::string path(const std::string& name) const { return dir_.path() + '/' + name; }
  std::string certificate() const { return path("certificate"); }
  std::string key() const { return path("key"); }

 private:
  tests::TempDir dir_;

 public:
  http::Authority authority;
  http::TlsWishes wishes;
  std::unique_ptr<DaemonRun> daemon;
};

}  // namespace jobledger::daemon::e2e
