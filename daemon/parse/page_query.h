#pragma once

#include <cstdint>
#include <optional>

#include "daemon/parse/query.h"

namespace jobledger::daemon::parse {

/// What a list that goes on by a cursor is asked for.
struct PageQuery {
  std::optional<std::uint32_t> cursor;  ///< `next` of the page before
  std::uint32_t limit = 100;
};

/// `cursor`, `limit` 1..1000.
PageQuery read_page(const Query& query, std::uint32_t max_page);
Parsed<PageQuery> parse_page_query(const Parameters& parameters, std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
