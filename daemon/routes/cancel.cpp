#include "daemon/parse/cancel.h"
#include "daemon/parse/reason.h"
#include "daemon/render/job.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::Event;
using ledger::EventKind;
using ledger::Ulid;

std::vector<projections::JobRecord> cancelled_jobs(const Done& done) {
  std::vector<ledger::JobNumber> jobs;
  for (const Event& event : done.entry->events) {
    if (event.kind == EventKind::job_cancelled) jobs.push_back(event.number);
  }
  return done.jobs.read_all(jobs);
}

http::Reply render_cancelled(Core& core, const Call&, const Done& done) {
  return json(render::jobs(cancelled_jobs(done), core.public_url));
}

std::string why_skipped(ledger::JobStatus status) {
  return std::string(ledger::is_final(status) ? "already " : "is ") + std::string(name_of(status)) +
         ": only queued and pending jobs can be cancelled";
}

/// What became of the top-level jobs: they are the first events of the entry, in their order.
http::Reply render_batch_cancelled(Core& core, const Call&, const Done& done) {
  std::string items;
  json::Writer list(items);
  std::uint32_t total = 0;
  std::uint32_t cancelled = 0;
  list.begin_array();
  for (const Event& event : done.entry->events) {
    if (event.cause != ledger::Cause::batch) break;
    bool is_cancelled = event.kind == EventKind::job_cancelled;
    ++total;
    cancelled += is_cancelled;
    list.begin_object();
    list.field("index",
               core.state.read([&] { return core.state.graph().row(event.number).batch_index; }));
    list.field("id", event.subject);
    list.field("result", is_cancelled ? "cancelled" : "skipped");
    list.field("status", name_of(event.after));
    if (!is_cancelled) list.field("reason", why_skipped(event.before));
    list.end_object();
  }
  list.end_array();

  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("batchId", done.entry->command.subjects.front());
  out.field("status", cancelled == 0 ? "unchanged" : cancelled == total ? "cancelled" : "partial");
  out.field("totalJobs", total);
  out.field("cancelledCount", cancelled);
  out.field("skippedCount", total - cancelled);
  out.raw_field("jobs", items);
  out.raw_field("cancelledJobs", render::jobs(cancelled_jobs(done), core.public_url));
  out.end_object();
  return json(std::move(body));
}

}  // namespace

std::variant<Write, http::Reply> cancel_job(Core&, const Call& call) {
  const std::string& id = call.path[0];
  if (!Ulid::well_formed(id)) return bad_id(call);
  auto reason = parse::parse_reason(call.request.body);
  if (!reason.ok()) return bad_request(call, reason.problems);
  ledger::CancelJobs command;
  command.single = true;
  if (auto job = Ulid::parse(id)) {
    command.jobs = {*job};
  } else {
    command.impossible = {id};
  }
  return Write{std::move(command), render_cancelled, std::move(reason.value), false, 0};
}

std::variant<Write, http::Reply> cancel_jobs(Core&, const Call& call) {
  auto list = parse::parse_cancel_list(call.request.body);
  if (!list.ok()) return bad_request(call, list.problems);
  return Write{std::move(list.value.command), render_cancelled, std::move(list.value.reason), false,
               0};
}

std::variant<Write, http::Reply> cancel_batch(Core&, const Call& call) {
  const std::string& id = call.path[0];
  if (!Ulid::well_formed(id)) return bad_id(call);
  auto reason = parse::parse_reason(call.request.body);
  if (!reason.ok()) return bad_request(call, reason.problems);
  ledger::CancelBatch command;
  if (auto batch = Ulid::parse(id)) {
    command.batch = *batch;
  } else {
    command.impossible = id;
  }
  return Write{std::move(command), render_batch_cancelled, std::move(reason.value), false, 0};
}

}  // namespace jobledger::daemon::routes
