#include "daemon/parse/entries_query.h"

namespace jobledger::daemon::parse {
namespace {

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

}  // namespace

Parsed<EntriesQuery> parse_entries_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<EntriesQuery>(parameters, [max_page](const Query& query) {
    EntriesQuery entries;
    entries.from = query.from();
    entries.limit = query.limit(max_page);
    entries.type = read_type(query);
    entries.job = read_id(query, "job", entries.impossible);
    entries.batch = read_id(query, "batch", entries.impossible);
    entries.actor = query.text("actor").value_or("");
    return entries;
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
