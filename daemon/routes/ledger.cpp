#include <algorithm>
#include <charconv>
#include <functional>

#include "daemon/parse/entries_query.h"
#include "daemon/render/entry.h"
#include "daemon/render/history.h"
#include "daemon/render/page_end.h"
#include "daemon/routes/call.h"
#include "ledger/hash.h"
#include "projections/entry_search.h"
#include "projections/history.h"
#include "projections/job_tree.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::JobNumber;
using ledger::Ulid;
using projections::EntrySet;

constexpr std::string_view kNoJobMessage = "no such job; check the id and the team of the token";
constexpr std::string_view kNoEntryMessage =
    "no such entry; indexes count from 0 and a team sees its own entries only";

/// The indexes asked for, at most one more than the page holds.
std::vector<std::uint64_t> find_entries(Core& core, const Call& call,
                                        const parse::EntriesQuery& query) {
  if (query.impossible) return {};
  projections::LogReader log(core.store);
  // Entries about a job or a batch are few and are gathered; the others are walked to.
  std::optional<std::vector<std::uint64_t>> about;
  auto narrow = [&](std::vector<std::uint64_t> entries) {
    if (!about) {
      about = std::move(entries);
      return;
    }
    std::vector<std::uint64_t> both;
    std::set_intersection(about->begin(), about->end(), entries.begin(), entries.end(),
                          std::back_inserter(both));
    about = std::move(both);
  };
  const auto& state = core.state;
  if (query.job) {
    auto job =
        state.read([&] { return state.graph().find(call.team(), *query.job, call.version); });
    if (!job) return {};
    narrow(projections::entries_of_job(state, log, *job, {query.from, call.version}));
  }
  if (query.batch) {
    auto batch = state.read(
        [&] { return state.graph().find_batch(call.team(), *query.batch, call.version); });
    if (!batch) return {};
    narrow(projections::entries_of_batch(state, *batch, call.version));
  }
  std::vector<const EntrySet*> sets;
  state.read([&] {
    sets = {state.audit().of_team(call.team())};
    if (query.type) sets.push_back(state.audit().of_kind(*query.type));
    if (!query.actor.empty()) sets.push_back(state.audit().of_actor(query.actor));
  });
  if (std::count(sets.begin(), sets.end(), nullptr) > 0) return {};
  std::size_t most = std::size_t{query.limit} + 1;
  if (about) {
    return projections::entries_in_all(sets, *about, query.from, call.version, most,
                                       state.locked());
  }
  return projections::entries_in_all(sets, query.from, call.version, most, state.locked());
}

void tree_node(json::Writer& out, const std::vector<projections::TreeNode>& nodes, std::size_t at) {
  const projections::TreeNode& node = nodes[at];
  out.begin_object();
  out.field("id", node.id);
  out.field("status", name_of(node.status));
  out.field("batchId", node.batch);
  out.begin_array("children");
  for (std::size_t i = 0; i < node.child_count; ++i) tree_node(out, nodes, node.first_child + i);
  out.end_array();
  out.end_object();
}

std::optional<JobNumber> find_job(Core& core, const Call& call) {
  auto id = Ulid::parse(call.path[0]);
  if (!id) return std::nullopt;
  return core.state.read([&] { return core.state.graph().find(call.team(), *id, call.version); });
}

}  // namespace

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
  auto query = parse::parse_entries_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  std::vector<std::uint64_t> entries = find_entries(core, call, query.value);
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
  return json(std::move(body));
}

http::Reply get_entry(Core& core, const Call& call) {
  const std::string& text = call.path[0];
  std::uint64_t index = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return bad_request(call, {{"index", "must be a whole number from 0"}});
  }
  bool visible = index < call.version && core.state.read([&] {
    const EntrySet* of_team = core.state.audit().of_team(call.team());
    return of_team && of_team->contains(index);
  });
  if (!visible) return not_found(call, "entry_not_found", kNoEntryMessage);
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  render::entry(out, log.entry(index), log.leaf_hash(index));
  return json(std::move(body));
}

http::Reply get_job_tree(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto job = find_job(core, call);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  std::vector<projections::TreeNode> nodes =
      projections::tree_of(core.state.graph(), *job, call.version, core.state.locked());
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("root");
  tree_node(out, nodes, 0);
  out.end_object();
  return json(std::move(body));
}

http::Reply get_job_history(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto query = parse::parse_history_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  auto job = find_job(core, call);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  projections::LogReader log(core.store);
  return json(
      render::history(core.state, log, *job, {query.value.from, call.version, query.value.limit}));
}

}  // namespace jobledger::daemon::routes
