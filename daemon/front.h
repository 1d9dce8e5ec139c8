#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>

#include "daemon/config/settings.h"
#include "daemon/http/server.h"
#include "daemon/http/tls_context.h"
#include "daemon/metrics/registry.h"
#include "daemon/routes/starting.h"
#include "daemon/start_status.h"

namespace jobledger::daemon {

/// The sockets of a daemon and the io_context that serves them. From when it listens until the
/// ledger is there, a thread of its own says how far the start has come (routes/starting.h).
class Front {
 public:
  /// `tls` is null if connections are not encrypted.
  Front(const config::Settings& settings, std::shared_ptr<const http::TlsContext> tls,
        const StartStatus& status, const metrics::Registry& metrics);
  ~Front();

  /// Gives the URL at which it can be reached. A Failure says which address could not be had.
  ledger::Result<std::string> listen();
  /// Ends the thread. Requests that come from here on go to the handler, once others run the
  /// io_context.
  void hand_over(http::Handler& handler);

  boost::asio::io_context& io() { return io_; }
  http::Server& server() { return server_; }

 private:
  /// Passes each request to whoever is to answer it now.
  class Switch final : public http::Handler {
   public:
    explicit Switch(http::Handler& first) : now_(&first) {}
    void set(http::Handler& next) { now_ = &next; }

    void handle(http::Request request, http::Respond respond, std::function<bool()> gone) override {
      now_.load()->handle(std::move(request), std::move(respond), std::move(gone));
    }
    std::optional<http::Reply> refuse_early(const http::Request& head) override {
      return now_.load()->refuse_early(head);
    }
    http::Reply refuse(int status, std::string_view what) override {
      return now_.load()->refuse(status, what);
    }

   private:
    std::atomic<http::Handler*> now_;
  };

  void run();
  void end_thread();

  config::ListenAddress address_;  ///< from `listen` on with the port that it got
  const std::string scheme_;
  routes::Starting starting_;
  Switch handler_{starting_};
  boost::asio::io_context io_;
  http::Server server_;
  std::thread thread_;
};

}  // namespace jobledger::daemon
