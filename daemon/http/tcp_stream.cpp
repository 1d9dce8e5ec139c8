#include "daemon/http/tcp_stream.h"

#include <boost/asio/buffer.hpp>
#include <utility>

namespace jobledger::daemon::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class TcpStream final : public Stream {
 public:
  explicit TcpStream(TcpSocket socket) : socket_(std::move(socket)) {
    error_code ignored;  // slower without it, but right
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  Strand strand() const override { return const_cast<TcpSocket&>(socket_).get_executor(); }

  std::string peer() const override { return peer_of(socket_); }

  void async_read_some(std::span<char> into, std::shared_ptr<StreamUser> user) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()),
                            [user = std::move(user)](error_code error, std::size_t bytes) {
                              user->on_read(error, bytes);
                            });
  }

  void async_write_some(std::string_view bytes, std::shared_ptr<StreamUser> user) override {
    socket_.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                             [user = std::move(user)](error_code error, std::size_t written) {
                               user->on_written(error, written);
                             });
  }

  void finish_writing() override {
    error_code ignored;  // the peer may have gone first
    socket_.shutdown(TcpSocket::shutdown_send, ignored);
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

  void abort() override {
    error_code ignored;                                       // the peer may have gone first
    socket_.set_option(TcpSocket::linger(true, 0), ignored);  // a reset instead of an end
    close();
  }

 private:
  TcpSocket socket_;
};

}  // namespace

std::string peer_of(const TcpSocket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "";
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

std::unique_ptr<Stream> make_tcp_stream(TcpSocket socket) {
  return std::make_unique<TcpStream>(std::move(socket));
}

}  // namespace jobledger::daemon::http
