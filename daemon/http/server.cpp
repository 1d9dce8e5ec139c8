#include "daemon/http/server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/http/connection.h"
#include "daemon/http/tcp_stream.h"
#include "daemon/http/tls_stream.h"

namespace jobledger::daemon::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, Strand>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Strand>;

// How many connections beyond the limit are told so at a time; further ones wait unaccepted.
constexpr std::size_t kRefusedAtOnce = 64;

// How many are accepted before others get their turn. Under load a turn takes milliseconds: one
// connection each would let hundreds wait for seconds.
constexpr std::size_t kAcceptedAtOnce = 32;

// At the limit, connections that have been idle for so long make room for new ones: the longest
// first, several at a time, since to find them takes a look at all.
constexpr std::chrono::milliseconds kIdleAtLeast{100};
constexpr std::size_t kClosedAtOnce = 64;

struct Listener {
  explicit Listener(const Strand& strand) : acceptor(strand), pause(strand) {}
  Acceptor acceptor;
  Timer pause;
};

error_code open(Acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    // `::` means every address of the machine, the IPv4 ones too, whatever the system's default.
    acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
  // Of a client that has gone again: told, instead of waiting for the next one.
  if (!error) acceptor.set_option(Acceptor::enable_connection_aborted(true), error);
  if (!error) acceptor.non_blocking(true, error);
  return error;
}

}  // namespace

/// What connections and listeners hold on to. Its state belongs to its strand.
class Server::Core final : public ConnectionOwner, public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, Handler& handler, Limits limits, std::shared_ptr<const TlsContext> tls)
      : io_(io),
        strand_(asio::make_strand(io)),
        handler_(handler),
        limits_(limits),
        tls_(std::move(tls)) {}

  Handler& handler() override { return handler_; }
  const Limits& limits() const override { return limits_; }
  std::shared_ptr<MemoryBudget> memory() override { return memory_; }
  void closed(std::shared_ptr<Connection> connection) override;

  ledger::Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
  void stop(std::function<void()> drained);
  std::size_t count() const { return count_.load(); }
  std::uint64_t memory_held() const { return memory_->held(); }

 private:
  void accept_next(const std::shared_ptr<Listener>& listener);
  void accept_some(const std::shared_ptr<Listener>& listener);
  void pause(const std::shared_ptr<Listener>& listener);
  void adopt(TcpSocket socket);
  bool make_room();
  void tell_if_drained();

  asio::io_context& io_;
  Strand strand_;
  Handler& handler_;
  const Limits limits_;
  const std::shared_ptr<const TlsContext> tls_;
  const std::shared_ptr<MemoryBudget> memory_ =
      std::make_shared<MemoryBudget>(limits_.memory_in_flight, limits_.memory_grace);
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
  std::atomic<std::size_t> count_ = 0;
  std::size_t places_made_ = 0;  ///< by connections that are being closed for others
  bool stopping_ = false;
  std::vector<std::function<void()>> drained_;
};

ledger::Result<std::uint16_t> Server::Core::listen(const std::string& host, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) {
    return ledger::Failure{"cannot listen on '" + host +
                           "': give an IPv4 or IPv6 address or localhost"};
  }
  auto listener = std::make_shared<Listener>(strand_);
  error = open(listener->acceptor, {address, port});
  if (error) {
    return ledger::Failure{"cannot listen on " + host + " port " + std::to_string(port) + ": " +
                           error.message()};
  }
  const std::uint16_t bound = listener->acceptor.local_endpoint().port();
  asio::post(strand_, [self = shared_from_this(), listener = std::move(listener)] {
    if (self->stopping_) return;
    self->listeners_.push_back(listener);
    self->accept_next(listener);
  });
  return bound;
}

void Server::Core::accept_next(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_wait(
      Acceptor::wait_read,
      [self = shared_from_this(), listener](error_code) { self->accept_some(listener); });
}

void Server::Core::accept_some(const std::shared_ptr<Listener>& listener) {
  if (stopping_) return;
  for (std::size_t i = 0; i < kAcceptedAtOnce; ++i) {
    error_code error;
    TcpSocket socket = listener->acceptor.accept(asio::make_strand(io_), error);
    if (error == asio::error::would_block) break;
    const bool exhausted = error == asio::error::no_descriptors ||
                           error == asio::error::no_memory ||
                           error == asio::error::no_buffer_space ||
                           error == error_code(ENFILE, boost::system::system_category());
    if (!error) adopt(std::move(socket));
    // Any other error is that of one client, which left before it was accepted.
    if (exhausted || connections_.size() >= limits_.max_connections + kRefusedAtOnce) {
      return pause(listener);
    }
  }
  accept_next(listener);
}

void Server::Core::pause(const std::shared_ptr<Listener>& listener) {
  listener->pause.expires_after(limits_.accept_pause);
  listener->pause.async_wait([self = shared_from_this(), listener](error_code) {
    if (!self->stopping_) self->accept_next(listener);
  });
}

void Server::Core::adopt(TcpSocket socket) {
  auto stream = tls_ ? make_tls_stream(std::move(socket), *tls_, limits_.header_timeout)
                     : make_tcp_stream(std::move(socket));
  auto connection = std::make_shared<Connection>(std::move(stream), shared_from_this());
  const bool full = connections_.size() >= limits_.max_connections && !make_room();
  connections_.emplace(connection.get(), connection);
  count_ = connections_.size();
  if (full) {
    connection->start_refusing(503, "too many connections; try again in a moment");
  } else {
    connection->start();
  }
}

bool Server::Core::make_room() {
  if (places_made_ == 0) {
    using Idle = std::pair<Deadline::TimePoint, std::shared_ptr<Connection>>;
    std::vector<Idle> idle;
    const auto latest = std::chrono::steady_clock::now() - kIdleAtLeast;
    for (const auto& [key, weak] : connections_) {
      auto connection = weak.lock();
      const auto since = connection ? connection->idle_since() : std::nullopt;
      if (since && *since <= latest) idle.emplace_back(*since, std::move(connection));
    }
    const std::size_t count = std::min(idle.size(), kClosedAtOnce);
    const auto end = idle.begin() + static_cast<std::ptrdiff_t>(count);
    std::nth_element(idle.begin(), end, idle.end());
    std::for_each(idle.begin(), end, [](const Idle& each) { each.second->close_if_idle(); });
    places_made_ = count;
  }
  if (places_made_ == 0) return false;
  --places_made_;
  return true;
}

// The connection is kept until it is off the list, so that no other one can have its address.
void Server::Core::closed(std::shared_ptr<Connection> connection) {
  asio::post(strand_, [self = shared_from_this(), connection = std::move(connection)] {
    self->connections_.erase(connection.get());
    self->count_ = self->connections_.size();
    self->tell_if_drained();
  });
}

void Server::Core::stop(std::function<void()> drained) {
  asio::post(strand_, [self = shared_from_this(), drained = std::move(drained)]() mutable {
    self->drained_.push_back(std::move(drained));
    self->stopping_ = true;
    for (const auto& listener : self->listeners_) {
      error_code ignored;
      listener->acceptor.close(ignored);
      listener->pause.cancel();
    }
    self->listeners_.clear();
    for (const auto& [key, weak] : self->connections_) {
      if (const auto connection = weak.lock()) connection->stop();
    }
    self->tell_if_drained();
  });
}

void Server::Core::tell_if_drained() {
  if (!stopping_ || !connections_.empty()) return;
  for (const auto& drained : std::exchange(drained_, {})) drained();
}

Server::Server(asio::io_context& io, Handler& handler, Limits limits,
               std::shared_ptr<const TlsContext> tls)
    : core_(std::make_shared<Core>(io, handler, limits, std::move(tls))) {}
Server::~Server() = default;

ledger::Result<std::uint16_t> Server::listen(const std::string& host, std::uint16_t port) {
  return core_->listen(host, port);
}
void Server::stop(std::function<void()> drained) {
  core_->stop(std::move(drained));
}
std::size_t Server::connections() const {
  return core_->count();
}
std::uint64_t Server::memory_in_flight() const {
  return core_->memory_held();
}

}  // namespace jobledger::daemon::http
