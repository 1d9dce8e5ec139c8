#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/http/limits.h"
#include "daemon/http/message.h"
#include "ledger/result.h"

namespace boost::asio {
class io_context;
}

namespace jobledger::daemon::http {

class TlsContext;

/// An HTTP/1.1 server (RFC 9110, RFC 9112) on the threads that run the io_context; any number of
/// them. The handler must live until `drained` was called or the io_context is gone, and every
/// Respond must be called or let go before the io_context is.
class Server {
 public:
  /// With `tls` every connection is encrypted; see TlsContext.
  Server(boost::asio::io_context& io, Handler& handler, Limits limits,
         std::shared_ptr<const TlsContext> tls = nullptr);
  ~Server();

  /// Accepts from now on. `host` is an IPv4 or IPv6 address or `localhost` (127.0.0.1); port 0
  /// picks one. Gives the port; a Failure says which address could not be had and why. May be
  /// called again for a further address. Not after stop.
  ledger::Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);

  /// Accepts no more, closes idle connections, lets requests being read or in work come to their
  /// answers, ends those that are made while they are sent, and calls `drained` on a thread of the
  /// io_context when the last one is closed.
  void stop(std::function<void()> drained);

  /// How many there are now; from any thread.
  std::size_t connections() const;
  /// The bytes that their clients make it keep (see Limits::memory_in_flight); from any thread.
  std::uint64_t memory_in_flight() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace jobledger::daemon::http
