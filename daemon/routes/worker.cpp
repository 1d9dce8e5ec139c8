#include "daemon/lease_clock.h"
#include "daemon/parse/claim.h"
#include "daemon/parse/report.h"
#include "daemon/render/entry.h"
#include "daemon/render/job.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "ledger/payload.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::Ulid;

http::Reply nothing_came() {
  http::Reply reply;
  reply.status = 204;
  reply.content_type.clear();
  return reply;
}

http::Reply render_claimed(Core& core, const Call&, const Done& done) {
  if (!done.entry) return nothing_came();
  const ledger::Event& event = done.entry->events.front();
  const auto& claim = event.as<ledger::ClaimDetail>();
  auto payload = ledger::read_payload(core.store, event.subject);
  if (!payload) throw projections::StorageError(payload.error().message);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("job");
  render::job(out, done.jobs.read(event.number), core.public_url);
  out.field("lease", claim.lease);
  out.time_field("leaseExpiresAt", done.entry->time + ledger::TimeMs{claim.lease_seconds} * 1000);
  out.raw_field("payload", *payload);
  out.end_object();
  return json(std::move(body));
}

/// The Job that a report was about, as it is after it.
Render render_reported(ledger::JobId job, ledger::LeaseId lease) {
  return [job, lease](Core& core, const Call& call, const Done& done) {
    core.leases.extend(job, lease);  // whoever reports is alive
    auto record = done.jobs.find(call.team(), job);
    JL_ASSERT(record.has_value());
    std::string body;
    json::Writer out(body);
    render::job(out, *record, core.public_url);
    return json(std::move(body));
  };
}

/// Reports name their job in the path.
template <typename Report>
std::variant<Write, http::Reply> report(const Call& call, parse::Parsed<Report> parsed) {
  auto job = Ulid::parse(call.path[0]);
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  // An id beyond 128 bits is of no job, as is the greatest of those that fit.
  parsed.value.job = job.value_or(Ulid{~std::uint64_t{0}, ~std::uint64_t{0}});
  Render render = render_reported(parsed.value.job, parsed.value.lease);
  return Write{std::move(parsed.value), std::move(render), {}, false, 0};
}

/// Why a heartbeat is not accepted. It changes nothing, so it is not recorded.
http::Reply refuse_heartbeat(Core& core, const Call& call, std::optional<Ulid> id) {
  ledger::Refusal refusal;
  core.state.read([&] {
    const auto& graph = core.state.graph();
    auto job = id ? graph.find(call.team(), *id, call.version) : std::nullopt;
    if (!job) {
      refusal = {ledger::RefusalCode::job_not_found,
                 {{call.path[0], {}, {}, ledger::kNotInList, {}, {}}},
                 0};
      return;
    }
    const projections::Change& last = graph.change_at(*job, call.version);
    refusal.code = ledger::is_final(last.status) ? ledger::RefusalCode::job_final
                                                 : ledger::RefusalCode::stale_lease;
    refusal.offenders = {{call.path[0], last.status, last.entry(), ledger::kNotInList, {}, {}}};
  });
  projections::LogReader log(core.store);
  return render::refused(refusal, call.request_id, log);
}

/// The member `stop`, if the worker is to stop.
void stop_request(json::Writer& out, Core& core, ledger::JobId id, const Call& call) {
  auto asked = core.state.read([&]() -> std::optional<std::uint64_t> {
    const auto& graph = core.state.graph();
    const projections::Change& last =
        graph.change_at(graph.find(call.team(), id, call.version).value(), call.version);
    return graph.is_stop(last) ? std::optional(last.entry()) : std::nullopt;
  });
  if (!asked) return;
  projections::LogReader log(core.store);
  ledger::EntryHead head = log.head(*asked);
  out.begin_object("stop");
  out.key("actor");
  render::actor(out, head.envelope.actor);
  render::text_or_null(out, "onBehalfOf", head.envelope.actor.on_behalf_of);
  render::text_or_null(out, "reason", head.envelope.reason);
  out.field("index", *asked);
  out.time_field("time", head.time);
  out.end_object();
}

}  // namespace

std::variant<Write, http::Reply> claim_job(Core&, const Call& call) {
  auto claim = parse::parse_claim(call.request.body);
  if (!claim.ok()) return bad_request(call, claim.problems);
  return Write{std::move(claim.value.command), render_claimed, {}, false, claim.value.wait_ms};
}

http::Reply heartbeat(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto lease = parse::parse_lease(call.request.body);
  if (!lease.ok()) return bad_request(call, lease.problems);
  auto job = Ulid::parse(call.path[0]);
  bool known = job && core.state.read([&] {
    return core.state.graph().find(call.team(), *job, call.version).has_value();
  });
  auto left = known ? core.leases.extend(*job, lease.value) : std::nullopt;
  if (!left) return refuse_heartbeat(core, call, job);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  std::optional<ledger::TimeMs> expires;
  if (*left != LeaseClock::kEndless) expires = core.clock.now() + left->count() * 1000;
  out.time_field("leaseExpiresAt", expires);
  stop_request(out, core, *job, call);
  out.end_object();
  return json(std::move(body));
}

std::variant<Write, http::Reply> report_progress(Core&, const Call& call) {
  return report(call, parse::parse_progress(call.request.body));
}

std::variant<Write, http::Reply> finish_job(Core&, const Call& call) {
  return report(call, parse::parse_finish(call.request.body));
}

std::variant<Write, http::Reply> fail_job(Core&, const Call& call) {
  return report(call, parse::parse_fail(call.request.body));
}

std::variant<Write, http::Reply> report_stopped(Core&, const Call& call) {
  return report(call, parse::parse_stopped(call.request.body));
}

}  // namespace jobledger::daemon::routes
