#include "daemon/http/tls_stream.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>
#include <utility>

#include "daemon/http/deadline.h"
#include "daemon/http/tls_context.h"
#include "daemon/logging.h"

namespace jobledger::daemon::http {
namespace {

namespace asio = boost::asio;
using asio::ssl::stream_base;
using boost::system::error_code;
using Channel = asio::ssl::stream<TcpSocket>;

/// Reading goes on after it, so only our half of a shutdown is wanted: OpenSSL takes the peer's
/// half for done meanwhile, and does not wait for it. The channel must outlive the operation.
void send_close_notify(const std::shared_ptr<Channel>& channel) {
  SSL* ssl = channel->native_handle();
  const int before = SSL_get_shutdown(ssl);
  SSL_set_shutdown(ssl, before | SSL_RECEIVED_SHUTDOWN);
  channel->async_shutdown([channel](error_code) {
    error_code ignored;  // the peer may have gone first
    channel->next_layer().shutdown(TcpSocket::shutdown_send, ignored);
  });
  SSL_set_shutdown(ssl, before | SSL_SENT_SHUTDOWN);
}

class TlsStream final : public Stream, public DeadlineUser {
 public:
  TlsStream(TcpSocket socket, asio::ssl::context& context, std::chrono::milliseconds timeout)
      : peer_(peer_of(socket)),
        timeout_(timeout),
        deadline_(socket.get_executor()),
        channel_(std::make_shared<Channel>(std::move(socket), context)) {
    error_code ignored;  // slower without it, but right
    channel_->next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  Strand strand() const override { return channel_->get_executor(); }
  std::string peer() const override { return peer_; }

  void async_read_some(std::span<char> into, std::shared_ptr<StreamUser> user) override {
    if (!is_ready()) {
      read_ = into;
      return begin(user);
    }
    auto done = [user = std::move(user)](error_code error, std::size_t bytes) {
      user->on_read(error, bytes);
    };
    const auto buffer = asio::buffer(into.data(), into.size());
    if (state_ == State::plain) {
      channel_->next_layer().async_read_some(buffer, std::move(done));
    } else {
      channel_->async_read_some(buffer, std::move(done));
    }
  }

  void async_write_some(std::string_view bytes, std::shared_ptr<StreamUser> user) override {
    if (!is_ready()) {
      write_ = bytes;
      return begin(user);
    }
    auto done = [user = std::move(user)](error_code error, std::size_t written) {
      user->on_written(error, written);
    };
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    if (state_ == State::plain) {
      channel_->next_layer().async_write_some(buffer, std::move(done));
    } else {
      channel_->async_write_some(buffer, std::move(done));
    }
  }

  void finish_writing() override {
    error_code ignored;
    if (state_ == State::open) {
      send_close_notify(channel_);
    } else if (state_ == State::plain) {
      channel_->next_layer().shutdown(TcpSocket::shutdown_send, ignored);
    }
  }

  void close() override {
    error_code ignored;
    deadline_.cancel();
    channel_->next_layer().close(ignored);
  }

  void abort() override {
    error_code ignored;  // the peer may have gone first
    channel_->next_layer().set_option(TcpSocket::linger(true, 0), ignored);
    close();
  }

 private:
  enum class State {
    fresh,
    shaking_hands,
    open,
    plain,   ///< the peer has no TLS
    failed,  ///< closed
  };
  bool is_ready() const { return state_ != State::fresh && state_ != State::shaking_hands; }

  void begin(const std::shared_ptr<StreamUser>& user) {
    if (std::exchange(state_, State::shaking_hands) != State::fresh) return;
    // This stream lives as long as its user.
    deadline_.set(Deadline::Clock::now() + timeout_, std::shared_ptr<DeadlineUser>(user, this));
    channel_->next_layer().async_receive(
        asio::buffer(&first_byte_, 1), TcpSocket::message_peek,
        [this, user](error_code error, std::size_t) { peeked(error, user); });
  }

  // A TLS handshake begins with 22, a request with a letter.
  void peeked(error_code error, const std::shared_ptr<StreamUser>& user) {
    if (error) return fail(error, user);
    if (first_byte_ >= 'A' && first_byte_ <= 'Z') {
      log::debug("plain HTTP came to the TLS port", {{"peer", peer_}});
      return go_on(State::plain, user);
    }
    channel_->async_handshake(stream_base::server, [this, user](error_code failed) {
      if (failed) return fail(failed, user);
      go_on(State::open, user);
    });
  }

  void fail(error_code error, const std::shared_ptr<StreamUser>& user) {
    const std::string why = late_ ? "it did not end in time" : error.message();
    log::debug("a TLS handshake failed", {{"peer", peer_}, {"why", why}});
    state_ = State::failed;
    close();
    if (std::exchange(read_, {})) user->on_read(error, 0);
    if (std::exchange(write_, {})) user->on_written(error, 0);
  }

  void go_on(State state, const std::shared_ptr<StreamUser>& user) {
    deadline_.cancel();
    state_ = state;
    if (auto bytes = std::exchange(write_, {})) async_write_some(*bytes, user);
    auto into = std::exchange(read_, {});
    if (into && state == State::plain) return user->on_plain_peer();
    if (into) async_read_some(*into, user);
  }

  void on_deadline() override {
    late_ = true;
    error_code ignored;
    channel_->next_layer().close(ignored);
  }

  const std::string peer_;
  const std::chrono::milliseconds timeout_;
  State state_ = State::fresh;
  Deadline deadline_;  ///< of the handshake
  bool late_ = false;
  char first_byte_ = 0;
  std::optional<std::span<char>> read_;  ///< wanted after the handshake
  std::optional<std::string_view> write_;
  const std::shared_ptr<Channel> channel_;
};

}  // namespace

std::unique_ptr<Stream> make_tls_stream(TcpSocket socket, const TlsContext& context,
                                        std::chrono::milliseconds handshake_timeout) {
  return std::make_unique<TlsStream>(std::move(socket), *context.current(), handshake_timeout);
}

}  // namespace jobledger::daemon::http
