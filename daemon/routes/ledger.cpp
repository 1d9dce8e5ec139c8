#include "daemon/parse/entries_query.h"
#include "daemon/render/entry.h"
#include "daemon/render/history.h"
#include "daemon/render/page_end.h"
#include "daemon/routes/call.h"
#include "daemon/routes/reach.h"
#include "ledger/hash.h"
#include "projections/entry_filter.h"
#include "projections/history.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::Ulid;
using projections::EntrySet;

}  // namespace

bool may_see_entry(Core& core, const Call& call, std::uint64_t index) {
  return index < call.version && core.state.read([&] {
    if (!call.reach) return true;
    const EntrySet* of_team = core.state.audit().of_team(*call.reach);
    return of_team && of_team->contains(index);
  });
}

http::Reply get_head(Core& core, const Call& call) {
  auto tree = ledger::HashTree::load(core.store, call.version);
  if (!tree) throw projections::StorageError(tree.error().message);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("version", call.version);
  std::optional<ledger::TimeMs> time;
  if (call.version > 0) {
    time = core.state.read([&] { return core.state.times().at(call.version - 1); });
  }
  out.time_field("time", time);
  out.field("rootHash", ledger::to_hex(ledger::bytes_of(tree->root())));
  out.end_object();
  return json(std::move(body));
}

http::Reply list_entries(Core& core, const Call& call) {
  if (wants_entry_lines(call)) return stream_entries(core, call);
  auto query = parse::parse_entries_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  query.value.filter.reach = call.reach;
  std::vector<std::uint64_t> entries = projections::entries_matching(
      core.state, core.store, query.value.filter,
      {query.value.from, call.version, std::size_t{query.value.limit} + 1});
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.begin_array("items");
  std::size_t count = 0;
  for (; count < entries.size() && count < query.value.limit; ++count) {
    if (count > 0 && render::page_ends(body, log)) break;
    render::entry(out, log.entry(entries[count]), log.leaf_hash(entries[count]));
  }
  out.end_array();
  out.field("next", count < entries.size() ? std::optional(entries[count]) : std::nullopt);
  out.end_object();
  http::Reply reply = json(std::move(body));
  reply.headers.emplace_back("Vary", "Accept");
  return reply;
}

http::Reply get_entry(Core& core, const Call& call) {
  auto index = path_index(call);
  if (!index) return bad_request(call, {{"index", "must be a whole number from 0"}});
  if (!may_see_entry(core, call, *index))
    return not_found(call, "entry_not_found", kNoEntryMessage);
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  render::entry(out, log.entry(*index), log.leaf_hash(*index));
  return json(std::move(body));
}

http::Reply get_job_history(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto query = parse::parse_history_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  auto job = find_job(core, call, call.path[0]);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  projections::LogReader log(core.store);
  return json(
      render::history(core.state, log, *job, {query.value.from, call.version, query.value.limit}));
}

}  // namespace jobledger::daemon::routes
