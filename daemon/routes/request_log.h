#pragma once

#include <chrono>
#include <string_view>

#include "daemon/config/settings.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

/// The line that a request leaves in the log: each, if `log.requests` is on, and one that took long
/// in any case (`log.slow_ms`). Within the scope of the request (log::OfRequest). Any thread.
class RequestLog {
 public:
  explicit RequestLog(const config::LogSettings& settings)
      : all_(settings.requests), slow_(settings.slow_ms) {}

  /// `asked_to_wait`: it took as long as it was to take.
  void note(const Call& call, std::string_view route, const http::Reply& reply,
            std::chrono::duration<double> took, bool asked_to_wait) const;
  /// What was refused before it came to a route.
  void note_refused(int status, std::string_view what) const;

 private:
  const bool all_;
  const std::chrono::milliseconds slow_;  ///< 0: never
};

}  // namespace jobledger::daemon::routes
