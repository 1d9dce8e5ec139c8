#pragma once

#include <optional>

#include "daemon/parse/page_query.h"
#include "ledger/batch_status.h"

namespace jobledger::daemon::parse {

/// What GET /batches asks for.
struct BatchListQuery {
  PageQuery page;
  std::optional<ledger::BatchStatus> status;
  std::optional<ledger::TimeMs> from_date;
  std::optional<ledger::TimeMs> to_date;
};

/// `cursor`, `limit` 1..1000, `status` (processing, finished, error), `from_date`, `to_date`.
Parsed<BatchListQuery> parse_batch_list_query(const Parameters& parameters,
                                              std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
