#include "daemon/parse/stuck_query.h"
#include "daemon/render/entry.h"
#include "daemon/render/page.h"
#include "daemon/routes/call.h"
#include "daemon/routes/version.h"
#include "projections/retried_jobs.h"
#include "projections/unclaimed_jobs.h"

// Jobs that do not come on: what an operator looks for first.

namespace jobledger::daemon::routes {
namespace {

using projections::RetriedJob;
using projections::UnclaimedJob;

ledger::TimeMs time_of(const Core& core, std::uint64_t entry) {
  return core.state.read([&] { return core.state.times().at(entry); });
}

/// `{"index", "time"}` of an entry.
void moment(json::Writer& out, const Core& core, std::string_view name, std::uint64_t entry) {
  out.begin_object(name);
  out.field("index", entry);
  out.time_field("time", time_of(core, entry));
  out.end_object();
}

void item(json::Writer& out, const Core& core, projections::LogReader& log,
          const UnclaimedJob& job) {
  ledger::EntryHead queued = log.head(job.queued_entry);
  out.begin_object();
  render::origin(out, queued);
  out.field("id", job.id);
  render::texts(out, "tags", job.tags);
  out.field("priority", job.priority);
  out.time_field("queuedSince", queued.time);
  if (job.last_claim) {
    moment(out, core, "lastMatchingClaim", *job.last_claim);
  } else {
    out.field("lastMatchingClaim", nullptr);
  }
  out.end_object();
}

void item(json::Writer& out, const Core& core, projections::LogReader& log, const RetriedJob& job) {
  out.begin_object();
  render::origin(out, log.head(job.last_lease_end));
  out.field("id", job.id);
  out.field("status", name_of(job.status));
  out.field("leaseEnds", job.lease_ends);
  moment(out, core, "lastLeaseEnd", job.last_lease_end);
  out.end_object();
}

/// The members `items` and `next`.
template <typename Job>
void job_page(json::Writer& out, const std::string& body, const Core& core,
              const std::vector<Job>& found, std::size_t limit) {
  projections::LogReader log(core.store);
  render::page(
      out, body, log, found, limit, [&](const Job& job) { item(out, core, log, job); },
      [](const Job& job) { return job.job; });
}

}  // namespace

http::Reply list_unclaimed(Core& core, const Call& call) {
  auto query = parse::parse_unclaimed_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  const parse::PageQuery& page = query.value.page;
  ledger::TimeMs at = time_spoken_of(core, call);
  projections::UnclaimedFilter filter{call.reach, at - 1000 * ledger::TimeMs{query.value.seconds},
                                      page.cursor.value_or(0), std::size_t{page.limit} + 1};
  std::vector<UnclaimedJob> found = projections::unclaimed_jobs(core.state, filter, call.version);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.time_field("at", at);
  job_page(out, body, core, found, page.limit);
  out.end_object();
  return json(std::move(body));
}

http::Reply list_retried(Core& core, const Call& call) {
  auto query = parse::parse_retried_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  const parse::PageQuery& page = query.value.page;
  std::vector<RetriedJob> found =
      projections::retried_jobs(core.state, call.reach, query.value.attempts,
                                page.cursor.value_or(0), std::size_t{page.limit} + 1, call.version);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  job_page(out, body, core, found, page.limit);
  out.end_object();
  return json(std::move(body));
}

}  // namespace jobledger::daemon::routes
