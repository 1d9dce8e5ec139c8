#include <algorithm>

#include "daemon/parse/cancel.h"
#include "daemon/parse/cancel_options.h"
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

/// Those that were asked to stop are not cancelled yet, so they are not in the answer.
void count_stops(http::Reply& reply, const Done& done) {
  if (!done.entry->command.stop_running) return;
  auto stops = std::count_if(done.entry->events.begin(), done.entry->events.end(),
                             [](const Event& e) { return e.kind == EventKind::stop_requested; });
  reply.headers.emplace_back("Stop-Requested", std::to_string(stops));
}

http::Reply render_cancelled(Core& core, const Call&, const Done& done) {
  http::Reply reply = json(render::jobs(cancelled_jobs(done), core.public_url));
  count_stops(reply, done);
  return reply;
}

std::string why_skipped(const Event& event) {
  if (event.kind == EventKind::stop_requested) {
    return "asked to stop: it is cancelled when its worker has stopped or its lease ends";
  }
  return std::string(ledger::is_final(event.before) ? "already " : "is ") +
         std::string(name_of(event.before)) + ": only queued and pending jobs can be cancelled";
}

/// Sets what the query and the headers say of the cancel, or gives the answer that refuses it.
std::optional<http::Reply> set_options(Core& core, const Call& call,
                                       ledger::CancelOptions& options) {
  auto parsed =
      parse::parse_cancel_options(call.request.query, if_match(call), core.state.version());
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  options = parsed.value;
  return std::nullopt;
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
    if (!is_cancelled) list.field("reason", why_skipped(event));
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
  http::Reply reply = json(std::move(body));
  count_stops(reply, done);
  return reply;
}

}  // namespace

std::variant<Write, http::Reply> cancel_job(Core& core, const Call& call) {
  const std::string& id = call.path[0];
  if (!Ulid::well_formed(id)) return bad_id(call);
  auto reason = parse::parse_reason(call.request.body);
  if (!reason.ok()) return bad_request(call, reason.problems);
  ledger::CancelJobs command;
  if (auto refused = set_options(core, call, command.options)) return *refused;
  command.single = true;
  if (auto job = Ulid::parse(id)) {
    command.jobs = {*job};
  } else {
    command.impossible = {id};
  }
  return Write{std::move(command), render_cancelled, std::move(reason.value), false, 0};
}

std::variant<Write, http::Reply> cancel_jobs(Core& core, const Call& call) {
  auto list = parse::parse_cancel_list(call.request.body);
  if (!list.ok()) return bad_request(call, list.problems);
  if (auto refused = set_options(core, call, list.value.command.options)) return *refused;
  return Write{std::move(list.value.command), render_cancelled, std::move(list.value.reason), false,
               0};
}

std::variant<Write, http::Reply> cancel_batch(Core& core, const Call& call) {
  const std::string& id = call.path[0];
  if (!Ulid::well_formed(id)) return bad_id(call);
  auto reason = parse::parse_reason(call.request.body);
  if (!reason.ok()) return bad_request(call, reason.problems);
  ledger::CancelBatch command;
  if (auto refused = set_options(core, call, command.options)) return *refused;
  if (auto batch = Ulid::parse(id)) {
    command.batch = *batch;
  } else {
    command.impossible = id;
  }
  return Write{std::move(command), render_batch_cancelled, std::move(reason.value), false, 0};
}

}  // namespace jobledger::daemon::routes
