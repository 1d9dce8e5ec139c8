#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core.h"
#include "daemon/http/message.h"
#include "daemon/parse/problem.h"
#include "daemon/render/error_code.h"
#include "ledger/entry.h"
#include "projections/job_reader.h"

namespace jobledger::daemon::routes {

/// A request that has passed the door: who asks, and what stands where the path has `{…}`.
struct Call {
  http::Request request;
  std::string request_id;
  std::string traceparent;  ///< empty if it is part of no trace
  ledger::Actor actor;
  std::vector<std::string> path;
  /// The team whose jobs, batches and entries a read may see; nullopt: those of every team.
  std::optional<std::string> reach;
  std::uint64_t version = 0;  ///< that a read answers from
  std::function<bool()> gone;

  const std::string& team() const { return actor.team; }
};

/// What came of a command, with its entry.
struct Done {
  const ledger::Receipt& receipt;
  const ledger::Entry* entry;  ///< null if there is none
  projections::JobReader& jobs;
  projections::LogReader& log;
};

/// Makes the answer to a command that was accepted, or came to nothing.
using Render = std::function<http::Reply(Core&, const Call&, const Done&)>;

/// A command on its way to the writer.
struct Write {
  ledger::Command command;
  Render render;
  std::string reason;
  bool keeps_body = false;    ///< the body holds payloads
  std::uint32_t wait_ms = 0;  ///< a claim: how long to wait for a job
  /// The answer to a refusal, if it is not the usual one; the entry is null.
  std::function<std::optional<http::Reply>(Core&, const Call&, const ledger::Refusal&, const Done&)>
      render_refusal = nullptr;
};

/// Static checks only: a command, or the answer to a request that is none.
using CommandRoute = std::variant<Write, http::Reply> (*)(Core&, const Call&);
/// A read, as of call.version.
using QueryRoute = http::Reply (*)(Core&, const Call&);

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< `/api/v2/jobs/{id}`
  std::variant<CommandRoute, QueryRoute> handler;
  ledger::Scope scope;  ///< that a read needs (see may_read); of commands the ledger judges it
  bool open = false;    ///< needs no token
  QueryRoute plan = nullptr;  ///< what answers instead to `dryRun=true`, of a cancel
  bool of_tlog = false;       ///< needs no token where `tlog.public` says so
};

/// Every route there is.
const std::vector<Route>& table();

/// Whether the entry is there as of the version, and within reach.
bool may_see_entry(Core& core, const Call& call, std::uint64_t index);
inline constexpr std::string_view kNoEntryMessage =
    "no such entry; indexes count from 0 and a team sees its own entries only";

/// The `{index}` of the path; nullopt if it is none.
std::optional<std::uint64_t> path_index(const Call& call);
/// The plan that a cancel confirms: its `If-Match`, if it has one.
std::optional<std::string_view> if_match(const Call& call);
http::Reply json(std::string body, int status = 200);
http::Reply metrics_text(const metrics::Registry& metrics);
/// Nothing can be written, and nothing was done.
http::Reply disk_full(const Call& call);
/// The 400 of a request that does not parse.
http::Reply bad_request(const Call& call, const std::vector<parse::Problem>& problems);
http::Reply bad_id(const Call& call);
http::Reply not_found(const Call& call, render::ErrorCode code, std::string_view message);

// The routes, by file.
std::variant<Write, http::Reply> create_job(Core&, const Call&);
std::variant<Write, http::Reply> join_jobs(Core&, const Call&);
std::variant<Write, http::Reply> create_batch(Core&, const Call&);
http::Reply list_jobs(Core&, const Call&);
http::Reply get_job(Core&, const Call&);
http::Reply get_job_logs(Core&, const Call&);
http::Reply get_job_output(Core&, const Call&);
http::Reply list_batches(Core&, const Call&);
http::Reply get_batch(Core&, const Call&);
std::variant<Write, http::Reply> cancel_job(Core&, const Call&);
std::variant<Write, http::Reply> cancel_jobs(Core&, const Call&);
std::variant<Write, http::Reply> cancel_batch(Core&, const Call&);
http::Reply plan_cancel_job(Core&, const Call&);
http::Reply plan_cancel_jobs(Core&, const Call&);
http::Reply plan_cancel_batch(Core&, const Call&);
std::variant<Write, http::Reply> undo_cancellation(Core&, const Call&);
std::variant<Write, http::Reply> claim_job(Core&, const Call&);
http::Reply heartbeat(Core&, const Call&);
std::variant<Write, http::Reply> report_progress(Core&, const Call&);
std::variant<Write, http::Reply> finish_job(Core&, const Call&);
std::variant<Write, http::Reply> fail_job(Core&, const Call&);
std::variant<Write, http::Reply> report_stopped(Core&, const Call&);
http::Reply get_head(Core&, const Call&);
http::Reply list_entries(Core&, const Call&);
/// Whether the call asks for the entries as one object a line.
bool wants_entry_lines(const Call&);
http::Reply stream_entries(Core&, const Call&);
http::Reply get_entry(Core&, const Call&);
http::Reply get_feed(Core&, const Call&);
http::Reply get_job_tree(Core&, const Call&);
http::Reply get_job_history(Core&, const Call&);
http::Reply get_diff(Core&, const Call&);
http::Reply explain_job(Core&, const Call&);
http::Reply list_cancellations(Core&, const Call&);
http::Reply get_cancellation(Core&, const Call&);
http::Reply list_unclaimed(Core&, const Call&);
http::Reply list_retried(Core&, const Call&);
http::Reply get_checkpoint(Core&, const Call&);
http::Reply cosign_checkpoint(Core&, const Call&);
http::Reply get_tile(Core&, const Call&);
http::Reply get_entry_bundle(Core&, const Call&);
http::Reply get_inclusion_proof(Core&, const Call&);
http::Reply get_consistency_proof(Core&, const Call&);
http::Reply get_entry_bytes(Core&, const Call&);
http::Reply get_receipt(Core&, const Call&);
http::Reply list_keys(Core&, const Call&);
std::variant<Write, http::Reply> rotate_key(Core&, const Call&);
std::variant<Write, http::Reply> create_token(Core&, const Call&);
std::variant<Write, http::Reply> revoke_token(Core&, const Call&);
http::Reply list_tokens(Core&, const Call&);
std::variant<Write, http::Reply> create_webhook(Core&, const Call&);
std::variant<Write, http::Reply> delete_webhook(Core&, const Call&);
http::Reply list_webhooks(Core&, const Call&);
http::Reply get_webhook(Core&, const Call&);
http::Reply get_webhook_secret(Core&, const Call&);
http::Reply get_job_hook_secret(Core&, const Call&);
http::Reply list_deliveries(Core&, const Call&);
http::Reply get_delivery(Core&, const Call&);
http::Reply resend_delivery(Core&, const Call&);
std::variant<Write, http::Reply> create_v1_job(Core&, const Call&);
std::variant<Write, http::Reply> update_v1_job(Core&, const Call&);
std::variant<Write, http::Reply> remove_v1_job(Core&, const Call&);
std::variant<Write, http::Reply> pickup_v1_job(Core&, const Call&);
http::Reply plan_remove_v1_job(Core&, const Call&);
http::Reply list_v1_jobs(Core&, const Call&);
http::Reply list_v1_statuses(Core&, const Call&);
http::Reply get_v1_job(Core&, const Call&);
http::Reply get_v1_status(Core&, const Call&);
http::Reply get_v1_health(Core&, const Call&);
http::Reply get_health(Core&, const Call&);
http::Reply get_readiness(Core&, const Call&);
http::Reply get_metrics(Core&, const Call&);
http::Reply get_openapi(Core&, const Call&);

}  // namespace jobledger::daemon::routes
