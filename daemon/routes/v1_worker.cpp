#include <algorithm>
#include <cmath>

#include "daemon/json/member_texts.h"
#include "daemon/lease_clock.h"
#include "daemon/parse/tags.h"
#include "daemon/parse/v1_job.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/reach.h"
#include "daemon/routes/v1_reader.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::JobNumber;
using Secrets = V1Reader::Secrets;

std::string text_of(V1Reader& reader, JobNumber job, Secrets secrets = Secrets::hidden,
                    std::string_view state = {}) {
  std::string body;
  json::Writer out(body);
  render::v1_job(out, reader.read(job, secrets), state);
  return body;
}

/// All of the job, for who claims it and for nobody on the way.
http::Reply handed_over(V1Reader& reader, JobNumber job, std::string_view state) {
  http::Reply reply = json(text_of(reader, job, Secrets::shown, state));
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

std::uint32_t lease_of(const Core& core) {
  std::uint32_t seconds = core.settings.lease.v1_seconds;
  return seconds == 0 ? ledger::kEndlessLease : seconds;
}

Render render_claimed(std::string_view state) {
  return [state](Core& core, const Call& call, const Done& done) {
    if (!done.entry) return json("{}");
    V1Reader reader(core, call, done.log, done.receipt.version);
    return handed_over(reader, done.entry->events.front().number, state);
  };
}

/// A report that comes too late changes nothing. Its worker is told how the job is, since it would
/// end at a refusal.
template <typename Report>
Write report(Report command, JobNumber job) {
  Write write;
  write.render = [job, id = command.job, lease = command.lease](Core& core, const Call& call,
                                                                const Done& done) {
    core.leases.extend(id, lease);  // whoever reports is alive
    V1Reader reader(core, call, done.log, done.receipt.version);
    return json(text_of(reader, job));
  };
  write.render_refusal = [job](Core& core, const Call& call, const ledger::Refusal& refusal,
                               const Done& done) -> std::optional<http::Reply> {
    bool late = refusal.code == ledger::RefusalCode::job_final ||
                refusal.code == ledger::RefusalCode::stale_lease;
    if (!late) return std::nullopt;
    V1Reader reader(core, call, done.log, done.receipt.version);
    return json(text_of(reader, job));
  };
  write.command = std::move(command);
  return write;
}

/// The first member of the body that is not what the job shows; empty if there is none.
std::string changed_member(const Call& call, const std::string& shown) {
  auto asked = json::Document::parse(call.request.body);
  auto known = json::Document::parse(shown);
  JL_ASSERT(asked.has_value() && known.has_value());
  std::vector<json::MemberText> members = json::member_texts(*known);
  for (const json::MemberText& member : json::member_texts(*asked)) {
    bool same = std::any_of(members.begin(), members.end(), [&](const json::MemberText& each) {
      return each.name == member.name && each.text == member.text;
    });
    if (!same) return std::string(member.name);
  }
  return {};
}

/// A PUT that says nothing of a run: fine if it changes nothing, or if the job is over anyhow.
http::Reply no_report(const Call& call, V1Reader& reader, JobNumber job) {
  std::string shown = text_of(reader, job);
  bool is_over = ledger::is_final(reader.record(job).status);
  std::string changed = is_over ? std::string() : changed_member(call, shown);
  if (changed.empty()) return json(std::move(shown));
  return render::error(409, "job_immutable",
                       "the member " + changed +
                           " of a job cannot be changed once it is created; cancel it and create "
                           "another",
                       call.request_id);
}

/// Nobody's job. A claim of it is refused by the ledger, which keeps that it was tried.
std::variant<Write, http::Reply> update_unknown(const Call& call, const parse::V1Update& update) {
  if (update.state != "started" || !ledger::is_uid(call.path[0])) {
    return not_found(call, "job_not_found", kNoJobMessage);
  }
  ledger::ClaimJob claim;
  claim.impossible = call.path[0];
  return Write{std::move(claim), render_claimed("started"), {}, false, 0};
}

/// Whether it is the caller's own pickup, or its own claim once more, if it has a name to be known
/// by. Those without a name are told apart by their address, as far as that goes.
bool is_held(const std::optional<V1Reader::Claim>& claim) {
  if (!claim || !claim->holds) return false;
  return claim->by_name || (claim->by_pickup && claim->same_address);
}

http::Reply lacks_scope(Core& core, const Call& call, ledger::Scope needed) {
  ledger::Refusal refusal{
      ledger::RefusalCode::insufficient_scope, {}, static_cast<std::uint64_t>(needed)};
  projections::LogReader log(core.store);
  return render::refused(refusal, call.request_id, log);
}

}  // namespace

std::variant<Write, http::Reply> pickup_v1_job(Core& core, const Call& call) {
  parse::TagList list;
  parse::Problems problems;
  parse::Path root;
  parse::Path path(root, "tags");
  if (!call.path.empty()) list.add_csv(call.path[0], path, problems);
  std::vector<std::string> tags = list.take();
  if (!call.path.empty() && tags.empty() && problems.empty()) {
    problems.add(path, "must name a tag; leave it out to take any job");
  }
  if (!problems.empty()) return bad_request(call, problems.take());
  ledger::ClaimJob claim;
  claim.tags = std::move(tags);
  claim.lease_seconds = lease_of(core);
  return Write{std::move(claim), render_claimed("picked"), {}, false, 0};
}

std::variant<Write, http::Reply> update_v1_job(Core& core, const Call& call) {
  auto parsed = parse::parse_v1_update(call.request.body);
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  parse::V1Update& update = parsed.value;
  if (!call.actor.scopes.has(ledger::Scope::worker)) {
    return lacks_scope(core, call, ledger::Scope::worker);
  }
  projections::LogReader log(core.store);
  V1Reader reader(core, call, log, core.state.version());
  auto job = reader.find(call.path[0]);
  if (!job) return update_unknown(call, update);

  ledger::JobId id = reader.id_of(*job);
  auto claimed = reader.latest_claim_of_caller(*job);
  // Under no lease at all the ledger refuses it, and keeps that it was tried.
  ledger::LeaseId lease = claimed ? claimed->lease : ledger::LeaseId{};
  if (update.state == "started") {
    if (is_held(claimed)) return handed_over(reader, *job, "started");
    ledger::ClaimJob claim;
    claim.job = id;
    claim.lease_seconds = lease_of(core);
    return Write{std::move(claim), render_claimed("started"), {}, false, 0};
  }
  if (update.state == "finished") {
    return report(ledger::FinishJob{id, lease, std::move(update.output), std::move(update.timings)},
                  *job);
  }
  if (update.state == "error") {
    if (update.error.empty()) update.error = "the worker reported an error without a text";
    return report(ledger::FailJob{id, lease, std::move(update.error), std::move(update.timings)},
                  *job);
  }
  if (update.state.starts_with("render:")) {
    double progress = update.progress.value_or(reader.record(*job).progress);
    return report(
        ledger::ReportProgress{id, lease, static_cast<std::uint32_t>(std::floor(progress))}, *job);
  }
  return no_report(call, reader, *job);
}

}  // namespace jobledger::daemon::routes
