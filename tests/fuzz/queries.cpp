#include <array>

#include "daemon/config/listen.h"
#include "daemon/http/target.h"
#include "daemon/parse/accept.h"
#include "daemon/parse/batch_list_query.h"
#include "daemon/parse/cancel_options.h"
#include "daemon/parse/cancellations_query.h"
#include "daemon/parse/deliveries_query.h"
#include "daemon/parse/entries_query.h"
#include "daemon/parse/list_query.h"
#include "daemon/parse/page_query.h"
#include "daemon/parse/stuck_query.h"
#include "daemon/parse/tile_path.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"

// The first byte says what is asked; then a line for the header that goes with it, if any, and the
// query as it stands behind the `?` of a target, or the text alone.

namespace jobledger::fuzz {
namespace {

namespace parse = daemon::parse;
using parse::Parameters;

constexpr std::uint32_t kMaxPage = 500;
constexpr std::uint64_t kHead = 1000;

template <typename T>
void check(const parse::Parsed<T>& parsed) {
  for (const parse::Problem& problem : parsed.problems) {
    require(!problem.field.empty() && !problem.message.empty(),
            "a problem says where it is and what to do");
  }
}

void check_page(std::uint32_t limit) {
  require(limit >= 1 && limit <= kMaxPage, "no page is larger than allowed");
}

void ask_list(const Parameters& query, std::string_view) {
  auto parsed = parse::parse_list_query(query, kMaxPage);
  check(parsed);
  if (parsed.ok()) check_page(parsed.value.limit);
}

void ask_batches(const Parameters& query, std::string_view) {
  auto parsed = parse::parse_batch_list_query(query, kMaxPage);
  check(parsed);
  if (parsed.ok()) check_page(parsed.value.page.limit);
}

void ask_cancellations(const Parameters& query, std::string_view) {
  auto parsed = parse::parse_cancellations_query(query, kMaxPage);
  check(parsed);
  if (parsed.ok()) check_page(parsed.value.limit);
}

void ask_deliveries(const Parameters& query, std::string_view) {
  auto parsed = parse::parse_deliveries_query(query, kMaxPage);
  check(parsed);
  if (parsed.ok()) check_page(parsed.value.limit);
}

void ask_entries(const Parameters& query, std::string_view) {
  auto parsed = parse::parse_entries_query(query, kMaxPage);
  check(parsed);
  if (parsed.ok()) check_page(parsed.value.limit);
  auto lines = parse::parse_entry_lines_query(query);
  check(lines);
  require(!lines.ok() || lines.value.limit > 0, "somebody who asks for lines gets some");
  require(!parsed.ok() || lines.ok(), "what is a page can be had as lines");
}

void ask_feed(const Parameters& query, std::string_view last_event_id) {
  check(parse::parse_feed_query(query, last_event_id));
}

void ask_history(const Parameters& query, std::string_view) {
  auto parsed = parse::parse_history_query(query, kMaxPage);
  check(parsed);
  if (parsed.ok()) check_page(parsed.value.limit);
}

void ask_stuck(const Parameters& query, std::string_view) {
  auto unclaimed = parse::parse_unclaimed_query(query, kMaxPage);
  check(unclaimed);
  if (unclaimed.ok()) check_page(unclaimed.value.page.limit);
  auto retried = parse::parse_retried_query(query, kMaxPage);
  check(retried);
  require(!retried.ok() || retried.value.attempts >= 1, "nobody asks for jobs without an attempt");
}

void ask_cancel(const Parameters& query, std::string_view if_match) {
  auto options = parse::parse_cancel_options(query, if_match, kHead);
  check(options);
  require(!options.ok() || options.value.plan, "who sends If-Match confirms a plan");
  require(!options.ok() || *options.value.plan <= kHead, "no plan is above the head");
  check(parse::parse_cancel_options(query, std::nullopt, kHead));
  check(parse::parse_dry_run(query));
}

using Ask = void (*)(const Parameters& query, std::string_view header);
constexpr std::array<Ask, 9> kAsk = {ask_list,    ask_batches, ask_cancellations,
                                     ask_entries, ask_feed,    ask_history,
                                     ask_stuck,   ask_cancel,  ask_deliveries};

std::string in_thousands(std::uint64_t number) {
  std::string text = std::to_string(1000 + number % 1000).substr(1);
  for (number /= 1000; number > 0; number /= 1000) {
    text = "x" + std::to_string(1000 + number % 1000).substr(1) + "/" + text;
  }
  return text;
}

void check_tile_path(std::string_view text) {
  auto path = parse::parse_tile_path(text);
  if (!path) return;
  std::string written = std::to_string(path->level) + "/" + in_thousands(path->place.number);
  if (path->place.width < 256) written += ".p/" + std::to_string(path->place.width);
  require(written == text, "a tile has one path", written);
}

void check_time(std::string_view text) {
  auto time = ledger::from_rfc3339(text);
  if (!time) return;
  std::string written = ledger::to_rfc3339(*time);
  auto again = ledger::from_rfc3339(written);
  require(again == time, "a time is read back as it was written", written);
}

void check_id(std::string_view text) {
  auto id = ledger::Ulid::parse(text);
  if (!id) return;
  require(ledger::Ulid::well_formed(text), "an id is well formed", text);
  require(id->text() == text, "an id has one text", id->text());
}

void check_listen(std::string_view text) {
  auto address = daemon::config::parse_listen(text);
  if (!address) return;
  auto again = daemon::config::parse_listen(daemon::config::to_text(*address));
  require(again == address, "an address is read back as it was written", text);
}

}  // namespace

void queries(std::string_view bytes) {
  Input input(bytes);
  unsigned chosen = input.choose(kAsk.size() + 1);
  if (chosen == kAsk.size()) {
    std::string_view text = input.rest();
    check_tile_path(text);
    check_time(text);
    check_id(text);
    check_listen(text);
    parse::asks_for(text, "application/x-ndjson", "application/json");
    return;
  }
  std::string_view header = input.until('\n');
  daemon::http::Request request;
  request.method = "GET";
  request.target = "/?" + std::string(input.rest());
  auto read = daemon::http::read_target(request);
  require(read || !read.error().message.empty(), "what is no target is told so");
  if (read) kAsk[chosen](request.query, header);
}

}  // namespace jobledger::fuzz
