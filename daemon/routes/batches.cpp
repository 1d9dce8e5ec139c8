#include <algorithm>

#include "daemon/parse/batch_list_query.h"
#include "daemon/render/job.h"
#include "daemon/render/page.h"
#include "daemon/routes/call.h"
#include "daemon/routes/reach.h"
#include "projections/batch_list.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::Ulid;
using projections::ListedBatch;

projections::BatchFilter filter_of(const Core& core, const Call& call,
                                   const parse::BatchListQuery& query) {
  projections::BatchFilter filter;
  filter.team = call.reach;
  filter.status = query.status;
  // Creation is in the order of time, so dates are a range of numbers.
  core.state.read([&] {
    const auto& graph = core.state.graph();
    auto count_before = [&](ledger::TimeMs time) {
      return graph.batch_count(std::min(call.version, core.state.times().first_at_or_after(time)));
    };
    if (query.from_date) filter.first = count_before(*query.from_date);
    if (query.to_date) filter.last = count_before(*query.to_date + 1);
  });
  if (query.page.cursor && *query.page.cursor < filter.last) filter.last = *query.page.cursor + 1;
  return filter;
}

}  // namespace

http::Reply list_batches(Core& core, const Call& call) {
  auto query = parse::parse_batch_list_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  std::uint32_t limit = query.value.page.limit;
  std::vector<ListedBatch> found =
      projections::list_batches(core.state.graph(), filter_of(core, call, query.value),
                                std::size_t{limit} + 1, call.version, core.state.locked());
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  render::page(
      out, body, log, found, limit,
      [&](const ListedBatch& batch) { render::listed_batch(out, batch, log.head(batch.entry)); },
      [](const ListedBatch& batch) { return batch.number; });
  out.end_object();
  return json(std::move(body));
}

http::Reply get_batch(Core& core, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto id = Ulid::parse(call.path[0]);
  projections::LogReader log(core.store);
  std::optional<projections::BatchRecord> batch;
  if (id) {
    batch = projections::JobReader(core.state, log, call.version).find_batch(call.team(), *id);
  }
  if (!batch) return not_found(call, "batch_not_found", kNoBatchMessage);
  std::string body;
  json::Writer out(body);
  render::batch(out, *batch, core.public_url);
  return json(std::move(body));
}

}  // namespace jobledger::daemon::routes
