#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "daemon/http/stream.h"

namespace jobledger::daemon::http {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;

/// The address at its other end, as Stream::peer gives it; empty if it has gone.
std::string peer_of(const TcpSocket& socket);

/// A connected socket as it is, with TCP_NODELAY set: an answer is one write.
std::unique_ptr<Stream> make_tcp_stream(TcpSocket socket);

}  // namespace jobledger::daemon::http
