#include "daemon/watchdog.h"

#include <utility>

#include "daemon/logging.h"
#include "daemon/notify.h"

namespace jobledger::daemon {

bool Heartbeat::beats(WriterThread::Pulse now) {
  const auto last = std::exchange(last_, now);
  return !last || last->in_work == 0 || now.in_work == 0 || now.groups != last->groups;
}

Watchdog::Watchdog(boost::asio::io_context& io, const WriterThread& writer)
    : writer_(writer), timer_(io) {
  const auto time = notify::watchdog_time();
  if (!time) return;
  pause_ = *time / 2;
  look();
}

void Watchdog::look() {
  const WriterThread::Pulse pulse = writer_.pulse();
  const bool well = heartbeat_.beats(pulse);
  if (well) notify::alive();
  if (!well && !told_) {
    log::error("the writer does not get on; the service manager is told no more that all is well",
               {{"commands", std::uint64_t{pulse.in_work}}});
  }
  told_ = !well;
  timer_.expires_after(pause_);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) look();
  });
}

}  // namespace jobledger::daemon
