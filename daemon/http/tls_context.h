#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "ledger/result.h"

namespace boost::asio::ssl {
class context;
}

namespace jobledger::daemon::http {

/// Paths of PEM files.
struct TlsFiles {
  std::string certificate;  ///< and those up to its CA
  std::string key;
  std::string client_ca;  ///< empty: clients need no certificate
};

/// What the server's side of TLS shows and asks for: TLS 1.2 or 1.3, HTTP/1.1 (ALPN), the
/// certificate, and one of each client if there is a CA for that. Any thread.
class TlsContext {
 public:
  /// A Failure says which file is wrong, and in what.
  static ledger::Result<std::shared_ptr<TlsContext>> load(TlsFiles files);

  /// Reads the files anew, for connections that come from now on. After a Failure the old ones stay
  /// in use.
  ledger::Status reload();

  /// Never null.
  std::shared_ptr<boost::asio::ssl::context> current() const;

 private:
  explicit TlsContext(TlsFiles files) : files_(std::move(files)) {}

  const TlsFiles files_;
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> current_;
};

}  // namespace jobledger::daemon::http
