#pragma once

#include <sys/types.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/http/server.h"

namespace jobledger::daemon::http {

/// A request that a test holds and answers when it likes.
struct Held {
  Request request;
  Respond respond;
  std::function<bool()> gone;
};

/// `/hold` gives the request to the test, `/thread` is answered from another thread, `/large`
/// with `large` bytes, `/none` with 204, `/throw` not at all, `/split` with a forged header.
/// All others get `METHOD path body`.
class TestHandler final : public Handler {
 public:
  ~TestHandler() override;
  void handle(Request request, Respond respond, std::function<bool()> gone) override;
  Reply refuse(int status, std::string_view what) override;

  Held wait_held();
  /// The requests that came so far.
  std::vector<Request> seen() const;
  std::size_t large = 0;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Held> held_;
  std::vector<Request> seen_;
  std::vector<std::thread> threads_;
};

/// A server on a free port of 127.0.0.1, run by its own threads.
class TestServer {
 public:
  explicit TestServer(Limits limits = {}, int threads = 1,
                      std::shared_ptr<const TlsContext> tls = nullptr);
  ~TestServer();
  /// For a server made with 0 threads: clients may connect and send before, so that what they
  /// sent is there when the first timer starts.
  void run(int threads);
  std::uint16_t port() const { return port_; }

  boost::asio::io_context io;
  TestHandler handler;
  Server server;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::uint16_t port_;
  std::vector<std::thread> threads_;
};

/// An answer as it came.
struct Answer {
  int status = 0;  ///< 0: the connection ended before there was one
  std::string head;
  std::string body;
  std::string header(std::string_view name) const;
};

/// A blocking client that sends what a test says, byte for byte.
class Client {
 public:
  explicit Client(std::uint16_t port, const char* address = "127.0.0.1");
  virtual ~Client();
  Client(const Client&) = delete;

  Client& send(std::string_view bytes);
  /// As send, but the server may close meanwhile; whether it all went out.
  bool try_send(std::string_view bytes);
  Answer read(bool head_only = false);
  /// The next bytes as they come, that many, or fewer if the server closes before.
  std::string read_bytes(std::size_t count);
  /// All that comes until the server closes; `reset` tells whether it did so in anger.
  std::string read_to_end(bool* reset = nullptr);
  bool at_end() { return read_to_end().empty(); }
  virtual void finish_sending();
  void close();

 protected:
  // As ::send and ::recv.
  virtual ssize_t send_some(const char* bytes, std::size_t count);
  virtual ssize_t receive_some(char* bytes, std::size_t count);
  int socket() const { return socket_; }

 private:
  bool receive();
  int socket_;
  std::string buffer_;
  bool reset_ = false;
};

/// Waits until the condition holds; whether it did within a generous time.
bool eventually(const std::function<bool()>& condition);

/// `GET path` with a Host header, and further header lines if wanted.
std::string get(std::string_view path, std::string_view more = "");
std::string post(std::string_view path, std::string_view body);

}  // namespace jobledger::daemon::http
