#include "daemon/parse/deliveries_query.h"

#include <limits>

#include "daemon/parse/entries_query.h"

namespace jobledger::daemon::parse {

Parsed<DeliveriesQuery> parse_deliveries_query(const Parameters& parameters,
                                               std::uint32_t max_page) {
  return parse_query<DeliveriesQuery>(parameters, [max_page](const Query& query) {
    constexpr auto kMostId = std::numeric_limits<std::int64_t>::max();
    DeliveriesQuery wanted;
    webhooks::DeliveryFilter& filter = wanted.filter;
    if (auto id = read_id(query, "webhook", wanted.impossible)) filter.receiver = id->text();
    if (auto id = read_id(query, "job", wanted.impossible)) filter.subject = id->text();
    if (auto state = query.text("state")) {
      filter.state = webhooks::delivery_state_named(*state);
      if (!filter.state) query.wrong("state", "must be due, delivered, failed or withdrawn");
    }
    filter.from = query.from();
    if (auto cursor = query.whole("cursor", 0, kMostId)) {
      filter.below = static_cast<std::int64_t>(*cursor);
    }
    wanted.limit = query.limit(max_page);
    return wanted;
  });
}

}  // namespace jobledger::daemon::parse
