#include <algorithm>
#include <charconv>
#include <functional>

#include "daemon/parse/entries_query.h"
#include "daemon/render/entry.h"
#include "daemon/render/history.h"
#include "daemon/routes/call.h"
#include "ledger/hash.h"
#include "projections/history.h"

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
  std::vector<std::uint64_t> found;
  if (query.impossible) return found;
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
    if (!job) return found;
    narrow(projections::entries_of_job(state, log, *job, call.version));
  }
  if (query.batch) {
    auto batch = state.read(
        [&] { return state.graph().find_batch(call.team(), *query.batch, call.version); });
    if (!batch) return found;
    narrow(projections::entries_of_batch(state, *batch, call.version));
  }
  state.read([&] {
    std::vector<const EntrySet*> sets = {state.audit().of_team(call.team())};
    if (query.type) sets.push_back(state.audit().of_kind(*query.type));
    if (!query.actor.empty()) sets.push_back(state.audit().of_actor(query.actor));
    if (std::count(sets.begin(), sets.end(), nullptr) > 0) return;
    auto in_all = [&](std::uint64_t entry) {
      return std::all_of(sets.begin(), sets.end(),
                         [&](const EntrySet* set) { return set->contains(entry); });
    };
    if (about) {
      for (std::uint64_t entry : *about) {
        if (found.size() > query.limit) return;
        if (entry >= query.from && in_all(entry)) found.push_back(entry);
      }
      return;
    }
    const EntrySet* smallest = *std::min_element(
        sets.begin(), sets.end(),
        [](const EntrySet* a, const EntrySet* b) { return a->size() < b->size(); });
    for (auto entry = smallest->next(query.from); entry && *entry < call.version;
         entry = smallest->next(*entry + 1)) {
      if (found.size() > query.limit) return;
      if (in_all(*entry)) found.push_back(*entry);
    }
  });
  return found;
}

void tree_members(json::Writer& out, const projections::JobGraph& graph, JobNumber job,
                  std::uint64_t version) {
  const projections::JobRow& row = graph.row(job);
  out.begin_object();
  out.field("id", row.id);
  out.field("status", name_of(graph.status_at(job, version)));
  if (row.batch == projections::kNone) {
    out.field("batchId", nullptr);
  } else {
    out.field("batchId", graph.batch(row.batch).id);
  }
  out.begin_array("children");
  for (std::uint32_t i = 0; i < row.child_count; ++i) {
    tree_members(out, graph, row.first_child + i, version);
  }
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
  std::optional<std::uint64_t> next;
  if (entries.size() > query.value.limit) {
    next = entries.back();
    entries.pop_back();
  }
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.begin_array("items");
  for (std::uint64_t entry : entries) render::entry(out, log.entry(entry), log.leaf_hash(entry));
  out.end_array();
  out.field("next", next);
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
  std::string body;
  json::Writer out(body);
  core.state.read([&] {
    const auto& graph = core.state.graph();
    while (graph.row(*job).parent != ledger::kNoJob) job = graph.row(*job).parent;
    out.begin_object();
    out.key("root");
    tree_members(out, graph, *job, call.version);
    out.end_object();
  });
  return json(std::move(body));
}

http::Reply get_job_history(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto job = find_job(core, call);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("items");
  render::history(out, core.state, log, *job, call.version);
  out.field("next", nullptr);
  out.end_object();
  return json(std::move(body));
}

}  // namespace jobledger::daemon::routes
