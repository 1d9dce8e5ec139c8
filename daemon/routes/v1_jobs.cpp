#include <map>

#include "daemon/parse/cancel_options.h"
#include "daemon/parse/reason.h"
#include "daemon/parse/v1_job.h"
#include "daemon/routes/reach.h"
#include "daemon/routes/v1_reader.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::JobNumber;
using ledger::JobStatus;
using projections::JobFilter;
using projections::Sort;
using projections::StatusSet;

/// Bytes of a list beyond which no further job is in it: bodies may be large.
constexpr std::size_t kMaxListing = 16 << 20;

using Show = void (*)(json::Writer&, const render::V1Job&);

void show_job(json::Writer& out, const render::V1Job& job) {
  render::v1_job(out, job);
}

http::Reply one(Core& core, const Call& call, Show show) {
  projections::LogReader log(core.store);
  V1Reader reader(core, call, log, call.version);
  auto job = reader.find(call.path[0]);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  std::string body;
  json::Writer out(body);
  show(out, reader.read(*job));
  return json(std::move(body));
}

/// The jobs of the team in the order in which they matter to who asks: those that can be claimed,
/// since that is what workers look for, those that are not over, and the latest of the others. One
/// more than may be listed, if there are so many.
std::vector<JobNumber> foremost_jobs(const Core& core, const Call& call) {
  const std::size_t most = std::size_t{core.settings.limits.v1_jobs} + 1;
  std::vector<JobNumber> jobs;
  auto take = [&](StatusSet statuses, Sort sort) {
    if (jobs.size() == most) return;
    JobFilter filter;
    filter.statuses = statuses;
    projections::Page page{sort, 0, static_cast<std::uint32_t>(most - jobs.size())};
    auto more =
        core.state.directory().list(call.team(), filter, page, call.version, core.state.locked());
    jobs.insert(jobs.end(), more.begin(), more.end());
  };
  StatusSet none = StatusSet::none();
  take(none.with(JobStatus::queued), Sort::oldest_first);
  take(none.with(JobStatus::pending).with(JobStatus::rendering), Sort::oldest_first);
  take(none.with(JobStatus::finished).with(JobStatus::error).with(JobStatus::manually_cancelled),
       Sort::newest_first);
  return jobs;
}

/// In the order of creation, as the render server lists them.
http::Reply list(Core& core, const Call& call, Show show) {
  projections::LogReader log(core.store);
  V1Reader reader(core, call, log, call.version);
  std::vector<JobNumber> jobs = foremost_jobs(core, call);
  std::map<JobNumber, std::string> shown;
  std::size_t bytes = 0;
  for (JobNumber job : jobs) {
    if (shown.size() == core.settings.limits.v1_jobs || bytes >= kMaxListing) break;
    std::string& text = shown[job];
    json::Writer out(text);
    show(out, reader.read(job));
    bytes += text.size();
  }
  std::string body;
  body.reserve(bytes + shown.size() + 2);
  json::Writer out(body);
  out.begin_array();
  for (const auto& [job, text] : shown) out.raw(text);
  out.end_array();
  http::Reply reply = json(std::move(body));
  reply.headers.emplace_back("Listing-Complete", shown.size() == jobs.size() ? "true" : "false");
  return reply;
}

http::Reply render_created(Core& core, const Call& call, const Done& done) {
  V1Reader reader(core, call, done.log, done.receipt.version);
  std::string body;
  json::Writer out(body);
  render::v1_job(out, reader.read(done.entry->events.front().number));
  return json(std::move(body));
}

/// A rendering job is not over before its worker has stopped.
http::Reply render_removed(Core&, const Call& call, const Done& done) {
  bool removed = done.entry->events.front().kind == ledger::EventKind::job_cancelled;
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("id", call.path[0]);
  out.field("removed", removed);
  if (!removed) out.field("stopRequested", true);
  out.end_object();
  return json(std::move(body));
}

}  // namespace

http::Reply list_v1_jobs(Core& core, const Call& call) {
  return list(core, call, show_job);
}

http::Reply list_v1_statuses(Core& core, const Call& call) {
  return list(core, call, render::v1_status);
}

http::Reply get_v1_job(Core& core, const Call& call) {
  return one(core, call, show_job);
}

http::Reply get_v1_status(Core& core, const Call& call) {
  return one(core, call, render::v1_status);
}

http::Reply get_v1_health(Core&, const Call&) {
  http::Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = "ok";
  return reply;
}

std::variant<Write, http::Reply> create_v1_job(Core&, const Call& call) {
  auto parsed = parse::parse_v1_job(call.request.body);
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  Write write;
  write.command = std::move(parsed.value);
  write.render = render_created;
  write.keeps_body = true;
  return write;
}

std::variant<Write, http::Reply> remove_v1_job(Core& core, const Call& call) {
  if (!ledger::is_uid(call.path[0])) return not_found(call, "job_not_found", kNoJobMessage);
  auto reason = parse::parse_reason(call.request.body);
  if (!reason.ok()) return bad_request(call, reason.problems);
  auto options =
      parse::parse_cancel_options(call.request.query, if_match(call), core.state.version());
  if (!options.ok()) return bad_request(call, options.problems);
  ledger::CancelJobs command;
  command.options = options.value;
  command.single = true;
  projections::LogReader log(core.store);
  V1Reader reader(core, call, log, core.state.version());
  if (auto job = reader.find(call.path[0])) {
    command.jobs = {reader.id_of(*job)};
  } else {
    command.impossible = {call.path[0]};
  }
  return Write{std::move(command), render_removed, std::move(reason.value), false, 0};
}

}  // namespace jobledger::daemon::routes
