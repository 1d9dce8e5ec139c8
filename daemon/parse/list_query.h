#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/parse/query.h"
#include "ledger/status.h"

namespace jobledger::daemon::parse {

enum class Sort : std::uint8_t { oldest_first, newest_first, priority, random };

/// Statuses by their numbers.
using StatusSet = std::bitset<ledger::kStatusCount>;

/// What GET /jobs asks for.
struct ListQuery {
  bool minimal = false;
  std::uint64_t from = 0;  ///< how many to leave out at the front
  std::uint32_t limit = 100;
  std::optional<ledger::TimeMs> from_date;
  std::optional<ledger::TimeMs> to_date;
  StatusSet states;  ///< `states`, or all, without `exclude_states`
  Sort sort = Sort::oldest_first;
  std::vector<std::string> tags;  ///< any overlap; empty is no filter
};

/// The query of GET /jobs: `minimal` (true or false), `from`, `limit` 1..1000, `from_date`,
/// `to_date`, `states` csv, `exclude_states` csv, `sort` (random, newest_first, oldest_first,
/// priority), `tags` csv. Empty parameters are as if absent, unknown ones are ignored.
Parsed<ListQuery> parse_list_query(const Parameters& parameters, std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
