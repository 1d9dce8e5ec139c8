#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>

#include "daemon/writer_thread.h"

namespace jobledger::daemon {

/// Whether a writer gets on: it does unless it had work at the last look, still has, and has
/// finished none between the two.
class Heartbeat {
 public:
  bool beats(WriterThread::Pulse now);

 private:
  std::optional<WriterThread::Pulse> last_;
};

/// Tells the service manager, twice within the time that it gives, that the daemon is well: that
/// its timers run and its writer gets on. Nothing if it gives none.
class Watchdog {
 public:
  /// Looks from now on, on a thread of the io_context; both must outlive it.
  Watchdog(boost::asio::io_context& io, const WriterThread& writer);

 private:
  void look();

  const WriterThread& writer_;
  boost::asio::steady_timer timer_;
  std::chrono::microseconds pause_{0};
  Heartbeat heartbeat_;
  bool told_ = false;  ///< that the writer does not get on
};

}  // namespace jobledger::daemon
