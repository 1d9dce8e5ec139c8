#include "daemon/parse/list_query.h"

#include "daemon/parse/tags.h"

namespace jobledger::daemon::parse {
namespace {

StatusSet every_status() {
  StatusSet all;
  all.set();
  all.reset(static_cast<std::size_t>(ledger::JobStatus::none));
  return all;
}

std::string known_statuses() {
  std::string names;
  for (std::uint8_t i = 1; i < ledger::kStatusCount; ++i) {
    if (i > 1) names += ", ";
    names += ledger::name_of(static_cast<ledger::JobStatus>(i));
  }
  return names;
}

StatusSet read_statuses(const Query& query, std::string_view name) {
  StatusSet statuses;
  bool unknown = false;
  query.each(name, [&](std::string_view text) {
    if (auto status = ledger::status_named(text)) {
      statuses.set(static_cast<std::size_t>(*status));
    } else {
      unknown = true;
    }
  });
  if (unknown) query.wrong(name, "must be a csv of " + known_statuses());
  return statuses;
}

Sort read_sort(const Query& query) {
  auto text = query.text("sort");
  if (!text || *text == "oldest_first") return Sort::oldest_first;
  if (*text == "newest_first") return Sort::newest_first;
  if (*text == "priority") return Sort::priority;
  if (*text == "random") return Sort::random;
  query.wrong("sort", "must be random, newest_first, oldest_first or priority");
  return Sort::oldest_first;
}

std::vector<std::string> read_filter_tags(const Query& query) {
  TagList tags;
  Path root;
  query.each("tags",
             [&](std::string_view tag) { tags.add(tag, Path(root, "tags"), query.problems()); });
  return tags.take();
}

}  // namespace

Parsed<ListQuery> parse_list_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<ListQuery>(parameters, [max_page](const Query& query) {
    ListQuery list;
    list.minimal = query.boolean("minimal").value_or(false);
    list.from = query.from();
    list.limit = query.limit(max_page);
    list.from_date = query.date("from_date");
    list.to_date = query.date("to_date");
    StatusSet wanted = read_statuses(query, "states");
    list.states =
        (wanted.any() ? wanted : every_status()) & ~read_statuses(query, "exclude_states");
    list.sort = read_sort(query);
    list.tags = read_filter_tags(query);
    return list;
  });
}

}  // namespace jobledger::daemon::parse
