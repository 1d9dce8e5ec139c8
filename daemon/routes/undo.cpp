#include "daemon/parse/reason.h"
#include "daemon/render/job.h"
#include "daemon/routes/call.h"
#include "projections/undoable.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::EventKind;

std::vector<ledger::JobNumber> jobs_of(const ledger::Entry& entry, EventKind kind) {
  std::vector<ledger::JobNumber> jobs;
  for (const ledger::Event& event : entry.events) {
    if (event.kind == kind) jobs.push_back(event.number);
  }
  return jobs;
}

http::Reply render_undone(Core& core, const Call&, const Done& done) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("index", done.entry->index);
  out.field("undoes", done.entry->command.entry);
  auto list = [&](std::string_view name, EventKind kind) {
    out.raw_field(name,
                  render::jobs(done.jobs.read_all(jobs_of(*done.entry, kind)), core.public_url));
  };
  list("reinstated", EventKind::job_reinstated);
  list("stopsWithdrawn", EventKind::stop_withdrawn);
  list("cancelled", EventKind::job_cancelled);
  list("stopping", EventKind::stop_requested);
  out.end_object();
  return json(std::move(body));
}

}  // namespace

std::variant<Write, http::Reply> undo_cancellation(Core& core, const Call& call) {
  auto index = path_index(call);
  if (!index) return bad_request(call, {{"index", "must be a whole number from 0"}});
  for (std::string_view name : {"dryRun", "asOf", "running"}) {
    if (call.request.parameter(name)) {
      return bad_request(call, {{std::string(name), "is for cancels: an undo has no plan"}});
    }
  }
  auto reason = parse::parse_reason(call.request.body);
  if (!reason.ok()) return bad_request(call, reason.problems);
  projections::LogReader log(core.store);
  return Write{projections::undo_of(core.state, log, call.team(), *index, core.state.version()),
               render_undone, std::move(reason.value), false, 0};
}

}  // namespace jobledger::daemon::routes
