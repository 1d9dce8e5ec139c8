#include "daemon/render/refusal.h"

#include <map>

#include "daemon/render/entry.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Offender;
using ledger::Refusal;
using ledger::RefusalCode;

void begin_error(json::Writer& out, std::string_view code, std::string_view message,
                 std::string_view request_id) {
  out.begin_object();
  out.field("error", message);
  out.field("code", code);
  out.field("requestId", request_id);
}

std::string message_about(const Refusal& refusal, const Offender& offender) {
  if (!offender.note.empty()) return offender.note;
  return describe(Refusal{refusal.code, {offender}, refusal.limit});
}

void offender_members(json::Writer& out, const Refusal& refusal, const Offender& offender) {
  out.field("message", message_about(refusal, offender));
  if (offender.place != ledger::kNotInList) {
    out.field("field", "jobs[" + std::to_string(offender.place) + "]");
  }
  if (!offender.id.empty()) out.field("id", offender.id);
  if (offender.status != ledger::JobStatus::none) out.field("status", name_of(offender.status));
  if (offender.entry) out.field("index", *offender.entry);
}

}  // namespace

http::Reply error(int status, ErrorCode code, std::string_view message,
                  std::string_view request_id) {
  http::Reply reply;
  reply.status = status;
  json::Writer out(reply.body);
  begin_error(out, code.text(), message, request_id);
  out.end_object();
  return reply;
}

http::Reply problems(ErrorCode code, const std::vector<parse::Problem>& problems,
                     std::string_view request_id) {
  http::Reply reply;
  reply.status = 400;
  std::string message = problems.front().field + ' ' + problems.front().message;
  if (problems.size() > 1) {
    message += " (and " + std::to_string(problems.size() - 1) + " more, see details)";
  }
  json::Writer out(reply.body);
  begin_error(out, code.text(), message, request_id);
  out.begin_array("details");
  for (const parse::Problem& problem : problems) {
    out.begin_object();
    out.field("field", problem.field);
    out.field("message", problem.message);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return reply;
}

int status_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::insufficient_scope:
      return 403;
    case RefusalCode::job_not_found:
    case RefusalCode::batch_not_found:
    case RefusalCode::token_not_found:
    case RefusalCode::cancellation_not_found:
    case RefusalCode::webhook_not_found:
      return 404;
    case RefusalCode::not_cancellable:
    case RefusalCode::not_queued:
    case RefusalCode::stale_lease:
    case RefusalCode::job_final:
    case RefusalCode::nothing_to_undo:
    case RefusalCode::moved_on:
    case RefusalCode::unresolvable:
    case RefusalCode::no_stop_requested:
    case RefusalCode::uid_taken:
    case RefusalCode::too_many_webhooks:
      return 409;
    case RefusalCode::plan_changed:
      return 412;
    case RefusalCode::confirmation_required:
      return 428;
    case RefusalCode::key_reused:
      return 422;
    case RefusalCode::too_many_jobs:
    case RefusalCode::batch_failed:
      return 400;
  }
  return 500;
}

http::Reply refused(const Refusal& refusal, std::string_view request_id,
                    projections::LogReader& log) {
  http::Reply reply;
  reply.status = status_of(refusal.code);
  json::Writer out(reply.body);
  begin_error(out, name_of(refusal.code), describe(refusal), request_id);
  if (!refusal.offenders.empty()) {
    std::map<std::uint64_t, ledger::EntryHead> heads;  // many may be of few entries
    for (const Offender& offender : refusal.offenders) {
      if (offender.entry) heads.try_emplace(*offender.entry);
    }
    for (auto& [index, head] : heads) {
      head = log.head(index);
      // Who ended a job that stopped is who asked it to.
      if (head.stop_entry) head.envelope = log.head(*head.stop_entry).envelope;
    }
    out.begin_array("details");
    for (const Offender& offender : refusal.offenders) {
      out.begin_object();
      offender_members(out, refusal, offender);
      if (offender.entry) {
        const ledger::EntryHead& by = heads.at(*offender.entry);
        out.time_field("time", by.time);
        out.key("actor");
        actor(out, by.envelope.actor);
        text_or_null(out, "reason", by.envelope.reason);
      }
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
  return reply;
}

void refusal(json::Writer& out, const Refusal& refusal) {
  out.begin_object();
  out.field("code", name_of(refusal.code));
  out.field("message", describe(refusal));
  out.begin_array("details");
  for (const Offender& offender : refusal.offenders) {
    out.begin_object();
    offender_members(out, refusal, offender);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void batch_item_error(json::Writer& out, const ledger::BatchItemError& error) {
  out.begin_object();
  out.field("index", error.index);
  out.field("error", error.message);
  out.field("errorCode", error.code);
  out.end_object();
}

}  // namespace jobledger::daemon::render
