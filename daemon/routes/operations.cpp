#include "daemon/metrics/registry.h"
#include "daemon/openapi.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

http::Reply get_health(Core&, const Call&) {
  return json(R"({"status":"ok"})");
}

http::Reply get_readiness(Core& core, const Call& call) {
  std::string why_not = core.not_ready();
  if (why_not.empty()) return json(R"({"status":"ready"})");
  http::Reply reply = render::error(503, "not_ready", why_not, call.request_id);
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

http::Reply metrics_text(const metrics::Registry& metrics) {
  http::Reply reply;
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  reply.body = metrics.text();
  return reply;
}

http::Reply get_metrics(Core& core, const Call&) {
  return metrics_text(core.metrics);
}

http::Reply get_openapi(Core&, const Call&) {
  return json(std::string(openapi_document()));
}

}  // namespace jobledger::daemon::routes
