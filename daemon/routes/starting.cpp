#include "daemon/routes/starting.h"

#include <string>

#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "daemon/routes/door.h"

namespace jobledger::daemon::routes {

void Starting::handle(http::Request request, http::Respond respond, std::function<bool()>) {
  std::string id = new_request_id();
  auto refused = read_request_id(request, id);
  respond(with_headers(refused ? std::move(*refused) : answer(request, id), id));
}

http::Reply Starting::refuse(int status, std::string_view what) {
  const std::string id = new_request_id();
  return with_headers(render::error(status, code_of_unreadable(status), what, id), id);
}

std::optional<http::Reply> Starting::refuse_early(const http::Request&) {
  const std::string id = new_request_id();
  return with_headers(not_yet("starting", id), id);
}

http::Reply Starting::answer(const http::Request& request, const std::string& request_id) const {
  if (request.method == "GET" && request.path == "/healthz") return json(R"({"status":"ok"})");
  if (request.method == "GET" && request.path == "/metrics") return metrics_text(metrics_);
  if (request.path == "/readyz") return not_yet("not_ready", request_id);
  return not_yet("starting", request_id);
}

http::Reply Starting::not_yet(render::ErrorCode code, const std::string& request_id) const {
  http::Reply reply = render::error(
      503, code, "the daemon starts: " + status_.what() + "; repeat the request", request_id);
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

/// Of the ledger it says nothing yet, whatever it has folded.
http::Reply Starting::with_headers(http::Reply reply, const std::string& request_id) const {
  reply.headers.emplace_back("Ledger-Version", "0");
  reply.headers.emplace_back("X-Request-Id", request_id);
  return reply;
}

}  // namespace jobledger::daemon::routes
