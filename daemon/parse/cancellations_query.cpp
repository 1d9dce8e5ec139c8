#include "daemon/parse/cancellations_query.h"

#include <limits>

#include "daemon/parse/entries_query.h"
#include "projections/words.h"

namespace jobledger::daemon::parse {
namespace {

using Outcome = projections::CancellationFilter::Outcome;

constexpr std::uint64_t kAnyIndex = std::numeric_limits<std::uint64_t>::max();

std::optional<Bound> read_bound(const Query& query, std::string_view name) {
  auto text = query.text(name);
  if (!text) return std::nullopt;
  if (text->find_first_not_of("0123456789") == std::string_view::npos) {
    return query.whole(name, 0, kAnyIndex);
  }
  auto time = ledger::from_rfc3339(*text);
  if (time) return *time;
  query.wrong(name,
              "must be an index or an RFC 3339 time, such as 1200 or 2026-01-31T23:59:59Z (a + is "
              "written %2B in a query)");
  return std::nullopt;
}

Outcome read_outcome(const Query& query) {
  auto text = query.text("outcome");
  if (!text) return Outcome::any;
  if (*text == "accepted") return Outcome::accepted;
  if (*text == "refused") return Outcome::refused;
  if (*text == "undone") return Outcome::undone;
  query.wrong("outcome", "must be accepted, refused or undone");
  return Outcome::any;
}

std::vector<std::string> read_words(const Query& query) {
  auto text = query.text("reason");
  if (!text) return {};
  std::vector<std::string> words = projections::words_of(*text);
  if (words.empty()) query.wrong("reason", "must have a letter or a digit to look for");
  return words;
}

}  // namespace

Parsed<CancellationsQuery> parse_cancellations_query(const Parameters& parameters,
                                                     std::uint32_t max_page) {
  return parse_query<CancellationsQuery>(parameters, [max_page](const Query& query) {
    CancellationsQuery wanted;
    wanted.from = read_bound(query, "from");
    wanted.to = read_bound(query, "to");
    wanted.cursor = query.whole("cursor", 0, kAnyIndex);
    wanted.limit = query.limit(max_page);
    wanted.type = read_type(query);
    wanted.job = read_id(query, "job", wanted.impossible);
    wanted.batch = read_id(query, "batch", wanted.impossible);
    wanted.actor = query.text("actor").value_or("");
    wanted.on_behalf_of = query.text("onBehalfOf").value_or("");
    wanted.words = read_words(query);
    wanted.outcome = read_outcome(query);
    return wanted;
  });
}

}  // namespace jobledger::daemon::parse
