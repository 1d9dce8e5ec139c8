#pragma once

#include <cstdint>

#include "daemon/parse/page_query.h"

namespace jobledger::daemon::parse {

/// What GET /ledger/v1/unclaimed asks for.
struct UnclaimedQuery {
  PageQuery page;
  std::uint32_t seconds = 600;  ///< without a claim
};

/// What GET /ledger/v1/retried asks for.
struct RetriedQuery {
  PageQuery page;
  std::uint32_t attempts = 3;  ///< leases that ended
};

/// `for`: seconds, up to a year; `cursor`, `limit` 1..1000.
Parsed<UnclaimedQuery> parse_unclaimed_query(const Parameters& parameters,
                                             std::uint32_t max_page = kMaxPage);
/// `attempts` from 1; `cursor`, `limit` 1..1000.
Parsed<RetriedQuery> parse_retried_query(const Parameters& parameters,
                                         std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
