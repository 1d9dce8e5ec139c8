#pragma once

#include <cstdint>

#include "daemon/parse/query.h"
#include "daemon/webhooks/delivery_list.h"

namespace jobledger::daemon::parse {

/// What GET /ledger/v1/deliveries asks for; the filters that are given must all match.
struct DeliveriesQuery {
  webhooks::DeliveryFilter filter;  ///< without the team
  std::uint32_t limit = 100;
  bool impossible = false;  ///< see EntriesQuery
};

/// `webhook`, `job`, `state` (due, delivered, failed or withdrawn), `from` (an index), `cursor`,
/// `limit` 1..1000.
Parsed<DeliveriesQuery> parse_deliveries_query(const Parameters& parameters,
                                               std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
