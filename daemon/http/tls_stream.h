#pragma once

#include <chrono>
#include <memory>

#include "daemon/http/stream.h"
#include "daemon/http/tcp_stream.h"

namespace jobledger::daemon::http {

class TlsContext;

/// The server's side of a TLS connection, with the certificate that `context` has now. The
/// handshake comes with the first read or write, and may take `handshake_timeout` from there on.
std::unique_ptr<Stream> make_tls_stream(TcpSocket socket, const TlsContext& context,
                                        std::chrono::milliseconds handshake_timeout);

}  // namespace jobledger::daemon::http
