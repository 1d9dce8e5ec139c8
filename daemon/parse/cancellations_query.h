#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/parse/query.h"
#include "ledger/command.h"
#include "projections/cancellations.h"

namespace jobledger::daemon::parse {

/// An end of a part of the log: an index, or a time.
using Bound = std::variant<std::uint64_t, ledger::TimeMs>;

/// What GET /ledger/v1/cancellations asks for; the filters that are given must all match.
struct CancellationsQuery {
  std::optional<Bound> from;
  std::optional<Bound> to;              ///< inclusive, too
  std::optional<std::uint64_t> cursor;  ///< only what is below
  std::uint32_t limit = 100;
  std::optional<ledger::CommandKind> type;
  std::optional<ledger::JobId> job;
  std::optional<ledger::BatchId> batch;
  bool impossible = false;  ///< see EntriesQuery
  std::string actor;
  std::string on_behalf_of;
  std::vector<std::string> words;  ///< of `reason`
  projections::CancellationFilter::Outcome outcome = projections::CancellationFilter::Outcome::any;
};

/// `actor`, `onBehalfOf`, `from` and `to` (an index or an RFC 3339 time), `reason`, `job`, `batch`,
/// `outcome` (accepted, refused or undone), `type`, `cursor`, `limit` 1..1000.
Parsed<CancellationsQuery> parse_cancellations_query(const Parameters& parameters,
                                                     std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
