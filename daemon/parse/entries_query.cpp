#include "daemon/parse/entries_query.h"

#include <limits>

namespace jobledger::daemon::parse {

std::optional<ledger::CommandKind> read_type(const Query& query) {
  auto text = query.text("type");
  if (!text) return std::nullopt;
  auto kind = ledger::command_kind_named(*text);
  if (kind) return kind;
  std::string message = "must be one of";
  for (std::uint8_t i = 0; i < ledger::kCommandKinds; ++i) {
    message += i == 0 ? " " : ", ";
    message += ledger::name_of(static_cast<ledger::CommandKind>(i));
  }
  query.wrong("type", std::move(message));
  return std::nullopt;
}

std::optional<ledger::Ulid> read_id(const Query& query, std::string_view name, bool& impossible) {
  auto text = query.text(name);
  if (!text) return std::nullopt;
  if (!ledger::Ulid::well_formed(*text)) {
    query.wrong(name, "must be an id: 26 characters of 0-9 and A-Z without I, L, O and U");
    return std::nullopt;
  }
  auto id = ledger::Ulid::parse(*text);
  impossible = impossible || !id;
  return id;
}

namespace {

projections::EntryFilter read_filter(const Query& query) {
  projections::EntryFilter filter;
  filter.type = read_type(query);
  filter.job = read_id(query, "job", filter.impossible);
  filter.batch = read_id(query, "batch", filter.impossible);
  filter.actor = query.text("actor").value_or("");
  return filter;
}

}  // namespace

Parsed<EntriesQuery> parse_entries_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<EntriesQuery>(parameters, [max_page](const Query& query) {
    EntriesQuery entries;
    entries.from = query.from();
    entries.limit = query.limit(max_page);
    entries.filter = read_filter(query);
    return entries;
  });
}

Parsed<EntryLinesQuery> parse_entry_lines_query(const Parameters& parameters) {
  return parse_query<EntryLinesQuery>(parameters, [](const Query& query) {
    EntryLinesQuery lines;
    lines.from = query.from();
    lines.limit = query.whole("limit", 1, lines.limit).value_or(lines.limit);
    lines.filter = read_filter(query);
    return lines;
  });
}

Parsed<FeedQuery> parse_feed_query(const Parameters& parameters, std::string_view last_event_id) {
  return parse_query<FeedQuery>(parameters, [&](const Query& query) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    constexpr std::string_view kHeader = "Last-Event-ID";
    FeedQuery feed;
    feed.from = query.whole("from", 0, kMost);
    const Parameters header = {{std::string(kHeader), std::string(last_event_id)}};
    auto last = Query(header, query.problems()).whole(kHeader, 0, kMost - 1);
    if (last) feed.from = *last + 1;
    feed.filter = read_filter(query);
    return feed;
  });
}

Parsed<HistoryQuery> parse_history_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<HistoryQuery>(parameters, [max_page](const Query& query) {
    HistoryQuery history;
    history.from = query.from();
    history.limit =
        static_cast<std::uint32_t>(query.whole("limit", 1, max_page).value_or(max_page));
    return history;
  });
}

}  // namespace jobledger::daemon::parse
