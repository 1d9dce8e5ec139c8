#include <algorithm>
#include <limits>

#include "daemon/parse/cancellations_query.h"
#include "daemon/render/cancellation.h"
#include "daemon/render/page_end.h"
#include "daemon/routes/call.h"
#include "daemon/routes/reach.h"
#include "projections/cancellations.h"
#include "projections/history.h"

namespace jobledger::daemon::routes {
namespace {

using parse::CancellationsQuery;
using projections::CancellationFilter;

constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();
constexpr std::string_view kNoCancellationMessage =
    "no such cancellation; GET /ledger/v1/cancellations lists those of the team";

/// Of all that the call may see.
CancellationFilter within_reach(const Call& call) {
  CancellationFilter filter;
  filter.team = call.reach;
  return filter;
}

/// The first entry at or after the bound.
std::uint64_t first_at(Core& core, const parse::Bound& bound) {
  if (const auto* index = std::get_if<std::uint64_t>(&bound)) return *index;
  ledger::TimeMs time = std::get<ledger::TimeMs>(bound);
  return core.state.read([&] { return core.state.times().first_at_or_after(time); });
}

/// The first entry after the bound.
std::uint64_t first_after(Core& core, const parse::Bound& bound) {
  if (const auto* index = std::get_if<std::uint64_t>(&bound)) {
    return *index == kNoEnd ? kNoEnd : *index + 1;
  }
  return first_at(core, std::get<ledger::TimeMs>(bound) + 1);
}

/// Leaves of the entries that the filter is about those that are in `entries`, too.
void narrow(CancellationFilter& filter, std::vector<std::uint64_t> entries) {
  if (filter.about) {
    std::vector<std::uint64_t> both;
    std::set_intersection(filter.about->begin(), filter.about->end(), entries.begin(),
                          entries.end(), std::back_inserter(both));
    entries = std::move(both);
  }
  filter.about = std::move(entries);
}

/// False if the job or the batch asked for is unknown: nothing is about it.
bool narrow_to_subjects(Core& core, const Call& call, const CancellationsQuery& query,
                        CancellationFilter& filter) {
  const auto& state = core.state;
  if (query.impossible) return false;
  if (query.job) {
    auto job = find_job(core, call, *query.job);
    if (!job) return false;
    narrow(filter, projections::steps_of_job(state, *job, call.version));
  }
  if (query.batch) {
    auto batch = find_batch(core, call, *query.batch);
    if (!batch) return false;
    narrow(filter, projections::entries_of_batch(state, *batch, call.version));
  }
  return true;
}

/// The indexes asked for, at most one more than the page holds.
std::vector<std::uint64_t> find(Core& core, const Call& call, const CancellationsQuery& query) {
  CancellationFilter filter = within_reach(call);
  filter.actor = query.actor;
  filter.on_behalf_of = query.on_behalf_of;
  filter.words = query.words;
  filter.type = query.type;
  filter.outcome = query.outcome;
  if (query.from) filter.from = first_at(core, *query.from);
  filter.below = query.cursor.value_or(kNoEnd);
  if (query.to) filter.below = std::min(filter.below, first_after(core, *query.to));
  if (!narrow_to_subjects(core, call, query, filter)) return {};
  return projections::find_cancellations(core.state, filter, call.version,
                                         std::size_t{query.limit} + 1);
}

}  // namespace

http::Reply list_cancellations(Core& core, const Call& call) {
  auto query = parse::parse_cancellations_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  std::vector<std::uint64_t> entries = find(core, call, query.value);
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.begin_array("items");
  std::size_t count = 0;
  for (; count < entries.size() && count < query.value.limit; ++count) {
    if (count > 0 && render::page_ends(body, log)) break;
    render::cancellation(out, core.state, log.outline(entries[count]), call.version);
  }
  out.end_array();
  out.field("next", count < entries.size() ? std::optional(entries[count - 1]) : std::nullopt);
  out.end_object();
  return json(std::move(body));
}

http::Reply get_cancellation(Core& core, const Call& call) {
  auto index = path_index(call);
  if (!index) return bad_request(call, {{"index", "must be a whole number from 0"}});
  CancellationFilter filter = within_reach(call);
  filter.from = *index;
  filter.below = first_after(core, *index);
  if (projections::find_cancellations(core.state, filter, call.version, 1).empty()) {
    return not_found(call, "cancellation_not_found", kNoCancellationMessage);
  }
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  render::whole_cancellation(out, core.state, log, *index, call.version);
  return json(std::move(body));
}

}  // namespace jobledger::daemon::routes
