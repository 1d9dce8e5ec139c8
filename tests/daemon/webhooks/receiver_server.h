#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/http/server.h"

namespace jobledger::daemon::webhooks {

/// A server that webhooks are sent to, on a free port of 127.0.0.1.
class ReceiverServer final : public http::Handler {
 public:
  /// The answer to a request, `count` of which came before; none: it is held for ever.
  using Answer = std::function<std::optional<http::Reply>(const http::Request&, std::size_t count)>;

  explicit ReceiverServer(Answer answer = answers(200), std::uint16_t port = 0);
  ~ReceiverServer() override;

  static Answer answers(int status);
  static Answer holds();
  static http::Reply reply(int status);

  std::string url(const std::string& path = "/hook") const;
  std::uint16_t port() const { return port_; }
  /// All requests so far, in the order in which they came.
  std::vector<http::Request> seen() const;
  std::size_t count() const;
  /// How many are held.
  std::size_t held() const;

  void handle(http::Request request, http::Respond respond, std::function<bool()> gone) override;
  http::Reply refuse(int status, std::string_view what) override;

 private:
  const Answer answer_;
  mutable std::mutex mutex_;
  std::vector<http::Request> seen_;
  std::vector<http::Respond> held_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  http::Server server_;
  std::uint16_t port_;
  std::thread thread_;
};

}  // namespace jobledger::daemon::webhooks
