#include <charconv>

#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

using ledger::Scope;

const std::vector<Route>& table() {
  static const std::vector<Route> routes = {
      {"POST", "/api/v2/jobs", create_job, Scope::jobs_write},
      {"GET", "/api/v2/jobs", list_jobs, Scope::jobs_read},
      {"GET", "/api/v2/jobs/{id}", get_job, Scope::jobs_read},
      {"GET", "/api/v2/jobs/{id}/logs", get_job_logs, Scope::jobs_read},
      {"GET", "/api/v2/jobs/{id}/output", get_job_output, Scope::jobs_read},
      {"PATCH", "/api/v2/jobs/{id}/cancel", cancel_job, Scope::jobs_cancel, false, plan_cancel_job},
      {"POST", "/api/v2/jobs/cancel", cancel_jobs, Scope::jobs_cancel, false, plan_cancel_jobs},
      {"POST", "/api/v2/jobs/join", join_jobs, Scope::jobs_write},
      {"POST", "/api/v2/batches", create_batch, Scope::jobs_write},
      {"GET", "/api/v2/batches", list_batches, Scope::jobs_read},
      {"GET", "/api/v2/batches/{id}", get_batch, Scope::jobs_read},
      {"POST", "/api/v2/batches/{id}/cancel", cancel_batch, Scope::jobs_cancel, false,
       plan_cancel_batch},
      {"POST", "/api/v2/worker/claim", claim_job, Scope::worker},
      {"POST", "/api/v2/worker/jobs/{id}/heartbeat", heartbeat, Scope::worker},
      {"POST", "/api/v2/worker/jobs/{id}/progress", report_progress, Scope::worker},
      {"POST", "/api/v2/worker/jobs/{id}/finish", finish_job, Scope::worker},
      {"POST", "/api/v2/worker/jobs/{id}/fail", fail_job, Scope::worker},
      {"POST", "/api/v2/worker/jobs/{id}/stopped", report_stopped, Scope::worker},
      {"GET", "/ledger/v1/head", get_head, Scope::audit_read},
      {"GET", "/ledger/v1/entries", list_entries, Scope::audit_read},
      {"GET", "/ledger/v1/entries/{index}", get_entry, Scope::audit_read},
      {"GET", "/ledger/v1/entries/{index}/bytes", get_entry_bytes, Scope::audit_read},
      {"GET", "/ledger/v1/entries/{index}/receipt", get_receipt, Scope::audit_read},
      {"GET", "/ledger/v1/checkpoint", get_checkpoint, Scope::audit_read, false, nullptr, true},
      {"POST", "/ledger/v1/checkpoint", cosign_checkpoint, Scope::admin},
      {"GET", "/ledger/v1/tile/entries/{path*}", get_entry_bundle, Scope::audit_read, false,
       nullptr, true},
      {"GET", "/ledger/v1/tile/{path*}", get_tile, Scope::audit_read, false, nullptr, true},
      {"GET", "/ledger/v1/proofs/inclusion", get_inclusion_proof, Scope::audit_read, false, nullptr,
       true},
      {"GET", "/ledger/v1/proofs/consistency", get_consistency_proof, Scope::audit_read, false,
       nullptr, true},
      {"GET", "/ledger/v1/keys", list_keys, Scope::audit_read, false, nullptr, true},
      {"POST", "/ledger/v1/keys/rotate", rotate_key, Scope::admin},
      {"GET", "/ledger/v1/feed", get_feed, Scope::audit_read},
      {"GET", "/ledger/v1/jobs/{id}/tree", get_job_tree, Scope::audit_read},
      {"GET", "/ledger/v1/jobs/{id}/history", get_job_history, Scope::audit_read},
      {"GET", "/ledger/v1/diff", get_diff, Scope::audit_read},
      {"GET", "/ledger/v1/batches", list_batches, Scope::audit_read},
      {"GET", "/ledger/v1/jobs/{id}/explain", explain_job, Scope::audit_read},
      {"GET", "/ledger/v1/cancellations", list_cancellations, Scope::audit_read},
      {"GET", "/ledger/v1/cancellations/{index}", get_cancellation, Scope::audit_read},
      {"POST", "/ledger/v1/cancellations/{index}/undo", undo_cancellation, Scope::jobs_cancel},
      {"GET", "/ledger/v1/unclaimed", list_unclaimed, Scope::audit_read},
      {"GET", "/ledger/v1/retried", list_retried, Scope::audit_read},
      {"POST", "/ledger/v1/tokens", create_token, Scope::admin},
      {"GET", "/ledger/v1/tokens", list_tokens, Scope::admin},
      {"DELETE", "/ledger/v1/tokens/{id}", revoke_token, Scope::admin},
      {"POST", "/ledger/v1/webhooks", create_webhook, Scope::jobs_write},
      {"GET", "/ledger/v1/webhooks", list_webhooks, Scope::audit_read},
      {"GET", "/ledger/v1/webhooks/job-secret", get_job_hook_secret, Scope::audit_read},
      {"GET", "/ledger/v1/webhooks/{id}", get_webhook, Scope::audit_read},
      {"GET", "/ledger/v1/webhooks/{id}/secret", get_webhook_secret, Scope::audit_read},
      {"DELETE", "/ledger/v1/webhooks/{id}", delete_webhook, Scope::jobs_write},
      {"GET", "/ledger/v1/deliveries", list_deliveries, Scope::audit_read},
      {"GET", "/ledger/v1/deliveries/{id}", get_delivery, Scope::audit_read},
      {"POST", "/ledger/v1/deliveries/{id}/resend", resend_delivery, Scope::jobs_write},
      {"POST", "/api/v1/jobs", create_v1_job, Scope::jobs_write},
      {"GET", "/api/v1/jobs", list_v1_jobs, Scope::jobs_read},
      {"GET", "/api/v1/jobs/status", list_v1_statuses, Scope::jobs_read},
      {"GET", "/api/v1/jobs/pickup", pickup_v1_job, Scope::worker},
      {"GET", "/api/v1/jobs/pickup/{tags*}", pickup_v1_job, Scope::worker},
      {"GET", "/api/v1/jobs/{uid}/status", get_v1_status, Scope::jobs_read},
      {"GET", "/api/v1/jobs/{uid}", get_v1_job, Scope::jobs_read},
      {"PUT", "/api/v1/jobs/{uid}", update_v1_job, Scope::worker},
      {"DELETE", "/api/v1/jobs/{uid}", remove_v1_job, Scope::jobs_cancel, false,
       plan_remove_v1_job},
      {"GET", "/api/v1/health", get_v1_health, Scope::jobs_read, true},
      {"GET", "/healthz", get_health, Scope::jobs_read, true},
      {"GET", "/readyz", get_readiness, Scope::jobs_read, true},
      {"GET", "/metrics", get_metrics, Scope::jobs_read, true},
      {"GET", "/openapi.json", get_openapi, Scope::jobs_read, true},
  };
  return routes;
}

std::optional<std::uint64_t> path_index(const Call& call) {
  const std::string& text = call.path[0];
  std::uint64_t index = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return index;
}

std::optional<std::string_view> if_match(const Call& call) {
  std::string_view tag = call.request.header("If-Match");
  return tag.data() ? std::optional(tag) : std::nullopt;
}

http::Reply json(std::string body, int status) {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

http::Reply disk_full(const Call& call) {
  http::Reply reply = render::error(507, "disk_full",
                                    "the disk of the ledger is full: this request did nothing, but "
                                    "an earlier one with its Idempotency-Key may still be carried "
                                    "out. Reads go on; repeat it once there is room",
                                    call.request_id);
  reply.headers.emplace_back("Retry-After", "5");
  return reply;
}

http::Reply bad_request(const Call& call, const std::vector<parse::Problem>& problems) {
  return render::problems("invalid_request", problems, call.request_id);
}

http::Reply bad_id(const Call& call) {
  return render::problems(
      "invalid_id", {{"id", "must be a ULID: 26 characters of 0-9 and A-Z without I, L, O and U"}},
      call.request_id);
}

http::Reply not_found(const Call& call, render::ErrorCode code, std::string_view message) {
  return render::error(404, code, message, call.request_id);
}

}  // namespace jobledger::daemon::routes
