#include "daemon/routes/v1_reader.h"

#include "daemon/parse/text.h"
#include "ledger/payload.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::JobNumber;
using ledger::JobStatus;

}  // namespace

const std::string& v1_worker(const ledger::Actor& actor) {
  return actor.on_behalf_of.empty() ? actor.address : actor.on_behalf_of;
}

V1Reader::V1Reader(const Core& core, const Call& call, projections::LogReader& log,
                   std::uint64_t version)
    : core_(core), call_(call), log_(log), version_(version) {
  parse::each_of_csv(core.settings.secrets.members,
                     [&](std::string_view name) { secret_members_.emplace(name); });
}

std::optional<JobNumber> V1Reader::find(std::string_view name) const {
  return core_.state.read(
      [&] { return core_.state.names().find_job(call_.team(), name, version_); });
}

ledger::JobId V1Reader::id_of(JobNumber job) const {
  return core_.state.read([&] { return core_.state.graph().row(job).id; });
}

projections::JobRecord V1Reader::record(JobNumber job) {
  return projections::JobReader(core_.state, log_, version_).read(job);
}

render::V1Job V1Reader::read(JobNumber job, Secrets secrets) {
  render::V1Job found;
  found.record = record(job);
  std::uint64_t created = 0;
  core_.state.read([&] {
    const auto& graph = core_.state.graph();
    const auto& labels = graph.labels();
    found.uid = core_.state.names().name_of(job);
    found.priority = graph.row(job).priority;
    for (std::uint32_t tag : labels.label(graph.row(job).label).tags) {
      found.tags.push_back(labels.tag_name(tag));
    }
    created = graph.created_entry(job);
  });
  if (found.uid.empty()) found.uid = found.record.id.text();
  found.creator = log_.head(created).envelope.actor.address;
  if (auto claims = claim_entries(job); !claims.empty()) {
    found.executor = v1_worker(log_.head(claims.front()).envelope.actor);
  }
  found.timings = timings(job);
  found.body = body(found.record.id, secrets);
  return found;
}

std::optional<V1Reader::Claim> V1Reader::latest_claim_of_caller(JobNumber job) {
  bool renders = core_.state.read(
      [&] { return core_.state.graph().status_at(job, version_) == JobStatus::rendering; });
  std::vector<std::uint64_t> claims = claim_entries(job);
  for (std::uint64_t index : claims) {
    const ledger::Entry& entry = log_.entry(index);
    const ledger::Actor& holder = entry.envelope.actor;
    const ledger::Actor& caller = call_.actor;
    if (holder.token != caller.token || holder.on_behalf_of != caller.on_behalf_of) continue;
    return Claim{entry.events.front().as<ledger::ClaimDetail>().lease,
                 renders && index == claims.front(), entry.command.subjects.empty(),
                 !caller.on_behalf_of.empty(), holder.address == caller.address};
  }
  return std::nullopt;
}

std::vector<std::uint64_t> V1Reader::claim_entries(JobNumber job) const {
  return core_.state.read([&] {
    std::vector<std::uint64_t> claims;
    const auto& graph = core_.state.graph();
    graph.each_change(job, version_, [&](const projections::Change& change) {
      if (graph.is_claim(change)) claims.push_back(change.entry());
      return true;
    });
    return claims;
  });
}

std::string V1Reader::timings(JobNumber job) {
  projections::Change last =
      core_.state.read([&] { return core_.state.graph().change_at(job, version_); });
  if (last.status != JobStatus::finished && last.status != JobStatus::error) return {};
  const ledger::Entry& end = log_.entry(last.entry());
  bool reported = end.command.kind == ledger::CommandKind::finish_job ||
                  end.command.kind == ledger::CommandKind::fail_job;
  return reported && last.place == 0 ? end.command.text : std::string();
}

/// A nested job's is a part of that of its root, and so are its secrets.
std::string V1Reader::body(ledger::JobId job, Secrets secrets) const {
  auto row = ledger::read_payload_row(core_.store, job);
  auto root = row && row->slice ? ledger::read_payload_row(core_.store, row->slice->root) : row;
  if (!root) throw projections::StorageError(root.error().message);
  std::size_t begin = row->slice ? row->slice->begin : 0;
  std::size_t length = row->slice ? row->slice->length : root->body.size();
  if (secrets == Secrets::shown) return root->body.substr(begin, length);
  archive::Redaction redaction(root->body, secret_members_);
  archive::Redaction::Part part = redaction.part(begin, length);
  return redaction.text().substr(part.begin, part.length);
}

}  // namespace jobledger::daemon::routes
