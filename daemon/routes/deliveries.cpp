#include "daemon/logging.h"
#include "daemon/parse/deliveries_query.h"
#include "daemon/render/delivery.h"
#include "daemon/render/page.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "daemon/webhooks/delivery_list.h"
#include "daemon/webhooks/dispatcher.h"

// What was sent by webhooks and what came of it. This is beside the ledger: it has no versions, and
// what is sent again makes no entry.

namespace jobledger::daemon::routes {
namespace {

using webhooks::Delivery;

constexpr std::string_view kNoDeliveryMessage =
    "no such delivery; GET /ledger/v1/deliveries lists those of the team, as long as they are kept";

http::Reply no_delivery(const Call& call) {
  return not_found(call, "delivery_not_found", kNoDeliveryMessage);
}

/// With its attempts.
http::Reply whole(Core& core, const Delivery& delivery, int status) {
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  render::delivery_members(out, delivery, log.head(delivery.entry));
  render::attempts(out, core.deliveries.attempts_of(delivery.id));
  out.end_object();
  return json(std::move(body), status);
}

std::optional<Delivery> find_delivery(Core& core, const Call& call,
                                      const std::optional<std::string>& team) {
  auto id = path_index(call);
  if (!id || *id > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return core.deliveries.find(team, static_cast<std::int64_t>(*id));
}

/// The answer, or that the outbox cannot give it now: it is being written, or there is much to
/// look through.
template <typename Make>
http::Reply answer(const Call& call, Make make) {
  try {
    return make();
  } catch (const webhooks::SqliteError& error) {
    log::warn("deliveries cannot be read now", {{"why", std::string_view(error.what())}});
    http::Reply busy = render::error(503, "queue_full",
                                     "deliveries cannot be read now; repeat the request, or ask "
                                     "for less at a time",
                                     call.request_id);
    busy.headers.emplace_back("Retry-After", "1");
    return busy;
  }
}

http::Reply page_of(Core& core, const Call& call) {
  auto query = parse::parse_deliveries_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  query.value.filter.team = call.reach;
  std::vector<Delivery> found;
  if (!query.value.impossible) {
    found = core.deliveries.find(query.value.filter, std::size_t{query.value.limit} + 1);
  }
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  auto write = [&](const Delivery& delivery) {
    out.begin_object();
    render::delivery_members(out, delivery, log.head(delivery.entry));
    out.end_object();
  };
  // The cursor is above what it asks for.
  render::page(out, body, log, found, query.value.limit, write,
               [](const Delivery& next) { return next.id + 1; });
  out.end_object();
  return json(std::move(body));
}

http::Reply one(Core& core, const Call& call) {
  auto delivery = find_delivery(core, call, call.reach);
  return delivery ? whole(core, *delivery, 200) : no_delivery(call);
}

http::Reply due_again(Core& core, const Call& call) {
  auto delivery = find_delivery(core, call, call.team());
  if (!delivery) return no_delivery(call);
  auto due = core.deliveries.send_again(delivery->id, call.actor.name, core.clock.now());
  if (!due) {
    return render::error(409, "delivery_not_ended",
                         "only what was delivered or has failed is sent again; this one is " +
                             std::string(name_of(delivery->state)),
                         call.request_id);
  }
  core.webhooks.send_again(due->receiver);
  return whole(core, *due, 202);
}

}  // namespace

http::Reply list_deliveries(Core& core, const Call& call) {
  return answer(call, [&] { return page_of(core, call); });
}

http::Reply get_delivery(Core& core, const Call& call) {
  return answer(call, [&] { return one(core, call); });
}

http::Reply resend_delivery(Core& core, const Call& call) {
  return answer(call, [&] { return due_again(core, call); });
}

}  // namespace jobledger::daemon::routes
