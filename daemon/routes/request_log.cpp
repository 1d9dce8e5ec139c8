#include "daemon/routes/request_log.h"

#include <cmath>
#include <vector>

#include "daemon/logging.h"

namespace jobledger::daemon::routes {
namespace {

/// In milliseconds, to the microsecond.
double ms_of(std::chrono::duration<double> took) {
  return std::round(took.count() * 1e6) / 1e3;
}

}  // namespace

void RequestLog::note(const Call& call, std::string_view route, const http::Reply& reply,
                      std::chrono::duration<double> took, bool asked_to_wait) const {
  const bool slow = slow_.count() > 0 && took >= slow_ && !asked_to_wait;
  if (!all_ && !slow) return;
  std::vector<log::Field> fields = {{"method", call.request.method},
                                    {"route", route},
                                    {"status", reply.status},
                                    {"ms", ms_of(took)}};
  // How long a stream gets is not known yet.
  if (!reply.source) fields.emplace_back("bytes", reply.body.size());
  if (!call.actor.team.empty()) {
    fields.emplace_back("team", call.actor.team);
    fields.emplace_back("token", call.actor.name);
  }
  slow ? log::write(log::Level::warn, "slow request", fields)
       : log::write(log::Level::info, "request", fields);
}

void RequestLog::note_refused(int status, std::string_view what) const {
  if (all_) log::info("request refused", {{"status", status}, {"why", what}});
}

}  // namespace jobledger::daemon::routes
