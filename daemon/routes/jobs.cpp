#include "daemon/parse/list_query.h"
#include "daemon/render/history.h"
#include "daemon/render/job.h"
#include "daemon/routes/call.h"
#include "daemon/routes/reach.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::JobNumber;
using ledger::Ulid;
using projections::JobRecord;

projections::Sort sort_of(parse::Sort sort) {
  switch (sort) {
    case parse::Sort::oldest_first:
      return projections::Sort::oldest_first;
    case parse::Sort::newest_first:
      return projections::Sort::newest_first;
    case parse::Sort::priority:
      return projections::Sort::priority;
    case parse::Sort::random:
      return projections::Sort::random;
  }
  return projections::Sort::oldest_first;
}

projections::JobFilter filter_of(const Core& core, const Call& call,
                                 const parse::ListQuery& query) {
  projections::JobFilter filter;
  filter.tags = query.tags;
  filter.statuses = projections::StatusSet::none();
  for (std::uint8_t i = 1; i < ledger::kStatusCount; ++i) {
    if (query.states[i]) filter.statuses = filter.statuses.with(static_cast<ledger::JobStatus>(i));
  }
  // Creation is in the order of time, so dates are a range of numbers.
  core.state.read([&] {
    const auto& times = core.state.times();
    const auto& graph = core.state.graph();
    auto count_before = [&](ledger::TimeMs time) {
      return graph.job_count(std::min(call.version, times.first_at_or_after(time)));
    };
    if (query.from_date) filter.first = count_before(*query.from_date);
    if (query.to_date) filter.last = count_before(*query.to_date + 1);
  });
  return filter;
}

std::optional<JobRecord> find_job(const Core& core, const Call& call) {
  auto id = Ulid::parse(call.path[0]);
  if (!id) return std::nullopt;
  projections::LogReader log(core.store);
  return projections::JobReader(core.state, log, call.version).find(call.team(), *id);
}

}  // namespace

http::Reply list_jobs(Core& core, const Call& call) {
  auto query = parse::parse_list_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  projections::Page page{sort_of(query.value.sort), query.value.from, query.value.limit};
  std::vector<JobNumber> jobs = core.state.directory().list(
      call.team(), filter_of(core, call, query.value), page, call.version, core.state.locked());
  projections::LogReader log(core.store);
  std::vector<JobRecord> records =
      projections::JobReader(core.state, log, call.version).read_all(jobs);
  if (!query.value.minimal) return json(render::jobs(records, core.public_url));
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const JobRecord& record : records) render::minimal_job(out, record, core.public_url);
  out.end_array();
  return json(std::move(body));
}

http::Reply get_job(Core& core, const Call& call) {
  std::optional<JobRecord> job = find_job(core, call);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  std::string body;
  json::Writer out(body);
  render::job(out, *job, core.public_url);
  return json(std::move(body));
}

http::Reply get_job_logs(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  std::optional<JobRecord> job = find_job(core, call);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  http::Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  projections::LogReader log(core.store);
  reply.body = render::history_as_text(core.state, log, job->number, call.version);
  return reply;
}

http::Reply get_job_output(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  std::optional<JobRecord> job = find_job(core, call);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  if (job->status != ledger::JobStatus::finished) {
    return not_found(call, "output_not_found",
                     "there is no output before the job is finished; ask again then");
  }
  if (job->own_output_url) {
    return not_found(call, "output_not_found", "the worker reported no address of the output");
  }
  http::Reply reply;
  reply.status = 302;
  reply.content_type.clear();
  reply.headers.emplace_back("Location", job->output_url);
  return reply;
}

}  // namespace jobledger::daemon::routes
