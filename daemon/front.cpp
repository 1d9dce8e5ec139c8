#include "daemon/front.h"

#include <pthread.h>

#include <exception>
#include <string_view>
#include <utility>

#include "daemon/logging.h"

namespace jobledger::daemon {

Front::Front(const config::Settings& settings, std::shared_ptr<const http::TlsContext> tls,
             const StartStatus& status, const metrics::Registry& metrics)
    : address_(settings.listen),
      scheme_(tls ? "https://" : "http://"),
      starting_(status, metrics),
      server_(io_, handler_, config::http_limits_of(settings), std::move(tls)) {}

Front::~Front() {
  end_thread();
}

ledger::Result<std::string> Front::listen() {
  auto port = server_.listen(address_.host, address_.port);
  if (!port) return port.error();
  address_.port = *port;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "starting");
  return scheme_ + config::to_text(address_);
}

/// An exception that reaches here is a bug, but one request's.
void Front::run() {
  auto work = boost::asio::make_work_guard(io_);
  while (!io_.stopped()) {
    try {
      io_.run();
    } catch (const std::exception& error) {
      log::error("a handler failed", {{"error", std::string_view(error.what())}});
    }
  }
}

void Front::hand_over(http::Handler& handler) {
  end_thread();
  handler_.set(handler);
  io_.restart();
}

void Front::end_thread() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
}

}  // namespace jobledger::daemon
