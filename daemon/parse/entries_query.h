#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/parse/query.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

/// What GET /ledger/v1/entries asks for; the filters that are given must all match.
struct EntriesQuery {
  std::uint64_t from = 0;  ///< the first index
  std::uint32_t limit = 100;
  std::optional<ledger::CommandKind> type;
  std::optional<ledger::JobId> job;
  std::optional<ledger::BatchId> batch;
  bool impossible = false;  ///< a well formed id beyond 128 bits is asked for: nothing matches
  std::string actor;        ///< a name; empty is no filter
};

/// `from`, `limit` 1..1000, `type` (a command, such as `CancelJobs`), `job`, `batch`, `actor`.
Parsed<EntriesQuery> parse_entries_query(const Parameters& parameters,
                                         std::uint32_t max_page = kMaxPage);

/// What GET /ledger/v1/jobs/{id}/history asks for.
struct HistoryQuery {
  std::uint64_t from = 0;  ///< the first index
  std::uint32_t limit = kMaxPage;
};

/// `from`, `limit` 1..1000, which is by default as much as it may be: few jobs have more.
Parsed<HistoryQuery> parse_history_query(const Parameters& parameters,
                                         std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
