#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/parse/query.h"
#include "projections/entry_filter.h"

namespace jobledger::daemon::parse {

// The filters of the following are `type` (a command, such as `CancelJobs`), `job`, `batch` and
// `actor`. Whose entries they are is for the caller to set.

/// What GET /ledger/v1/entries asks for.
struct EntriesQuery {
  std::uint64_t from = 0;  ///< the first index
  std::uint32_t limit = 100;
  projections::EntryFilter filter;
};

/// `type`: a command, such as `CancelJobs`.
std::optional<ledger::CommandKind> read_type(const Query& query);
/// The id of a job or a batch; `impossible` is set if it is one beyond 128 bits.
std::optional<ledger::Ulid> read_id(const Query& query, std::string_view name, bool& impossible);

/// `from`, `limit` 1..1000, and the filters.
Parsed<EntriesQuery> parse_entries_query(const Parameters& parameters,
                                         std::uint32_t max_page = kMaxPage);

/// What it asks for if the answer is to be one object a line.
struct EntryLinesQuery {
  std::uint64_t from = 0;
  std::uint64_t limit = ~std::uint64_t{0};  ///< by default all
  projections::EntryFilter filter;
};

/// `from`, `limit` from 1, and the filters.
Parsed<EntryLinesQuery> parse_entry_lines_query(const Parameters& parameters);

/// What GET /ledger/v1/feed asks for.
struct FeedQuery {
  std::optional<std::uint64_t> from;  ///< the first index; by default the head
  projections::EntryFilter filter;
};

/// `from` and the filters. `last_event_id` is the header of a client that comes back, empty if
/// there is none: the index of the last entry it has, which counts more than `from`.
Parsed<FeedQuery> parse_feed_query(const Parameters& parameters, std::string_view last_event_id);

/// What GET /ledger/v1/jobs/{id}/history asks for.
struct HistoryQuery {
  std::uint64_t from = 0;  ///< the first index
  std::uint32_t limit = kMaxPage;
};

/// `from`, `limit` 1..1000, which is by default as much as it may be: few jobs have more.
Parsed<HistoryQuery> parse_history_query(const Parameters& parameters,
                                         std::uint32_t max_page = kMaxPage);

}  // namespace jobledger::daemon::parse
