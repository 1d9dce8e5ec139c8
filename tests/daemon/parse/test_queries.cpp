#include <catch2/catch.hpp>

#include "daemon/parse/deliveries_query.h"
#include "daemon/parse/entries_query.h"
#include "daemon/parse/list_query.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;
using ledger::JobStatus;

namespace {

StatusSet set_of(std::initializer_list<JobStatus> statuses) {
  StatusSet set;
  for (JobStatus status : statuses) set.set(static_cast<std::size_t>(status));
  return set;
}

const StatusSet kAll =
    set_of({JobStatus::queued, JobStatus::pending, JobStatus::rendering, JobStatus::finished,
            JobStatus::error, JobStatus::manually_cancelled});

ListQuery list(const Parameters& parameters) {
  auto parsed = parse_list_query(parameters);
  REQUIRE(lines(parsed.problems) == "");
  return parsed.value;
}

struct QueryRow {
  Parameters parameters;
  std::string problems;
};

}  // namespace

TEST_CASE("a list query without parameters, or with empty ones", "[parse]") {
  const Parameters rows[] = {{},
                             {{"unknown", "x"}},
                             {{"minimal", ""},
                              {"from", ""},
                              {"limit", ""},
                              {"from_date", " "},
                              {"to_date", ""},
                              {"states", ""},
                              {"exclude_states", ","},
                              {"sort", ""},
                              {"tags", " , "}}};
  for (const Parameters& parameters : rows) {
    ListQuery query = list(parameters);
    CHECK_FALSE(query.minimal);
    CHECK(query.from == 0);
    CHECK(query.limit == 100);
    CHECK_FALSE(query.from_date);
    CHECK_FALSE(query.to_date);
    CHECK(query.states == kAll);
    CHECK(query.sort == Sort::oldest_first);
    CHECK(query.tags.empty());
  }
}

TEST_CASE("a list query with all parameters", "[parse]") {
  ListQuery query = list({{"minimal", "true"},
                          {"from", "18446744073709551615"},
                          {"limit", "1000"},
                          {"from_date", "1970-01-02"},
                          {"to_date", "1970-01-01T01:00:00.5+01:00"},
                          {"states", "queued, error"},
                          {"exclude_states", "error"},
                          {"sort", "priority"},
                          {"tags", "a,b, a"}});
  CHECK(query.minimal);
  CHECK(query.from == 18446744073709551615ULL);
  CHECK(query.limit == 1000);
  CHECK(query.from_date == 86'400'000);
  CHECK(query.to_date == 500);
  CHECK(query.states == set_of({JobStatus::queued}));
  CHECK(query.sort == Sort::priority);
  CHECK(query.tags == std::vector<std::string>{"a", "b"});
}

TEST_CASE("states are the shown ones", "[parse]") {
  CHECK(list({{"states", "render:dorender,manually_cancelled"}}).states ==
        set_of({JobStatus::rendering, JobStatus::manually_cancelled}));
  CHECK(list({{"states", "error"}}).states == set_of({JobStatus::error}));
  CHECK(list({{"exclude_states", "finished"}}).states == (kAll & ~set_of({JobStatus::finished})));
  CHECK(list({{"states", "queued"}, {"exclude_states", "queued"}}).states.none());
}

TEST_CASE("of repeated parameters the last counts, but lists are put together", "[parse]") {
  CHECK(list({{"limit", "5"}, {"limit", "7"}}).limit == 7);
  CHECK(list({{"states", "queued"}, {"states", "pending"}}).states ==
        set_of({JobStatus::queued, JobStatus::pending}));
  CHECK(list({{"tags", "a"}, {"tags", "b"}}).tags == std::vector<std::string>{"a", "b"});
}

TEST_CASE("sorts", "[parse]") {
  CHECK(list({{"sort", "random"}}).sort == Sort::random);
  CHECK(list({{"sort", "newest_first"}}).sort == Sort::newest_first);
  CHECK(list({{"sort", "oldest_first"}}).sort == Sort::oldest_first);
}

TEST_CASE("what is wrong with a list query", "[parse]") {
  const std::string from = "from must be a whole number from 0 to 18446744073709551615";
  const std::string limit = "limit must be a whole number from 1 to 1000";
  const std::string statuses =
      " must be a csv of queued, pending, render:dorender, finished, error, manually_cancelled";
  const std::string date =
      " must be an RFC 3339 date or time, such as 2026-01-31 or 2026-01-31T23:59:59Z (a + is "
      "written %2B in a query)";
  const QueryRow rows[] = {
      {{{"minimal", "1"}}, "minimal must be true or false"},
      {{{"from", "-1"}}, from},
      {{{"from", "18446744073709551616"}}, from},
      {{{"from", "1x"}}, from},
      {{{"from", "1.0"}}, from},
      {{{"limit", "0"}}, limit},
      {{{"limit", "1001"}}, limit},
      {{{"limit", "ten"}}, limit},
      {{{"limit", "+5"}}, limit},
      {{{"states", "queued,running"}}, "states" + statuses},
      {{{"states", "none"}}, "states" + statuses},
      {{{"exclude_states", "Queued"}}, "exclude_states" + statuses},
      {{{"from_date", "yesterday"}}, "from_date" + date},
      {{{"to_date", "2026-02-30"}}, "to_date" + date},
      {{{"to_date", "2026-01-01T00:00:00 01:00"}}, "to_date" + date},
      {{{"sort", "newest"}}, "sort must be random, newest_first, oldest_first or priority"},
      {{{"tags", std::string(129, 't')}}, "tags must be at most 128 bytes a tag"},
      {{{"limit", "0"}, {"sort", "x"}, {"minimal", "x"}},
       "minimal must be true or false\n" + limit +
           "\nsort must be random, newest_first, oldest_first or priority"},
  };
  for (const QueryRow& row : rows) {
    INFO(row.parameters[0].first << '=' << row.parameters[0].second);
    CHECK(lines(parse_list_query(row.parameters).problems) == row.problems);
  }
}

TEST_CASE("an entries query", "[parse]") {
  auto none = parse_entries_query({{"actor", ""}, {"type", ""}, {"job", ""}});
  REQUIRE(none.ok());
  CHECK(none.value.from == 0);
  CHECK(none.value.limit == 100);
  CHECK_FALSE(none.value.filter.type);
  CHECK_FALSE(none.value.filter.job);
  CHECK_FALSE(none.value.filter.batch);
  CHECK_FALSE(none.value.filter.impossible);
  CHECK(none.value.filter.actor.empty());

  auto all = parse_entries_query({{"from", "7"},
                                  {"limit", "1"},
                                  {"type", "CancelJobs"},
                                  {"job", kJobId},
                                  {"batch", kJobId},
                                  {"actor", "ci"}});
  REQUIRE(lines(all.problems) == "");
  CHECK(all.value.from == 7);
  CHECK(all.value.limit == 1);
  CHECK(all.value.filter.type == ledger::CommandKind::cancel_jobs);
  CHECK(all.value.filter.job->text() == kJobId);
  CHECK(all.value.filter.batch->text() == kJobId);
  CHECK(all.value.filter.actor == "ci");
  CHECK(parse_entries_query({{"batch", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ"}}).value.filter.impossible);
}

TEST_CASE("a deliveries query", "[parse]") {
  auto none = parse_deliveries_query({}).value;
  CHECK(none.limit == 100);
  CHECK(none.filter.receiver.empty());
  CHECK_FALSE(none.filter.state);
  CHECK_FALSE(none.filter.below);
  const std::string id = "01J8ZQ5V7M3N9XKCW2D4R6T8YB";
  auto parsed = parse_deliveries_query({{"webhook", id},
                                        {"job", id},
                                        {"state", "failed"},
                                        {"from", "7"},
                                        {"cursor", "9"},
                                        {"limit", "3"}});
  REQUIRE(parsed.ok());
  CHECK(parsed.value.filter.receiver == id);
  CHECK(parsed.value.filter.subject == id);
  CHECK(parsed.value.filter.state == daemon::webhooks::DeliveryState::failed);
  CHECK(parsed.value.filter.from == 7);
  CHECK(parsed.value.filter.below == 9);
  CHECK(parsed.value.limit == 3);
  CHECK_FALSE(parsed.value.impossible);
  CHECK(parse_deliveries_query({{"job", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ"}}).value.impossible);
  CHECK_FALSE(parse_deliveries_query({{"state", "lost"}}).ok());
  CHECK_FALSE(parse_deliveries_query({{"webhook", "job:x"}}).ok());
  CHECK_FALSE(parse_deliveries_query({{"cursor", "9223372036854775808"}}).ok());
}

TEST_CASE("a query of entries as lines has no limit but what it says", "[parse]") {
  CHECK(parse_entry_lines_query({}).value.limit == ~std::uint64_t{0});
  CHECK(parse_entry_lines_query({{"limit", "5000000"}}).value.limit == 5'000'000);
  CHECK_FALSE(parse_entry_lines_query({{"limit", "0"}}).ok());
  auto all = parse_entry_lines_query({{"from", "7"}, {"job", kJobId}});
  CHECK(all.value.from == 7);
  CHECK(all.value.filter.job->text() == kJobId);
}

TEST_CASE("a feed begins behind the last id, else at from, else at the head", "[parse]") {
  CHECK_FALSE(parse_feed_query({}, "").value.from);
  CHECK(parse_feed_query({{"from", "7"}}, "").value.from == 7);
  CHECK(parse_feed_query({{"from", "7"}}, "41").value.from == 42);
  CHECK(parse_feed_query({{"actor", "ci"}}, "").value.filter.actor == "ci");
  auto wrong = parse_feed_query({{"from", "x"}}, "18446744073709551615").problems;
  CHECK(lines(wrong) ==
        "from must be a whole number from 0 to 18446744073709551615\n"
        "Last-Event-ID must be a whole number from 0 to 18446744073709551614");
}

TEST_CASE("a history query", "[parse]") {
  auto none = parse_history_query({});
  REQUIRE(none.ok());
  CHECK(none.value.from == 0);
  CHECK(none.value.limit == 1000);
  CHECK(parse_history_query({}, 50).value.limit == 50);
  CHECK(parse_history_query({{"from", "7"}}).value.from == 7);
  CHECK(parse_history_query({{"limit", "3"}}).value.limit == 3);
  CHECK(lines(parse_history_query({{"limit", "0"}, {"from", "-1"}}).problems) ==
        "from must be a whole number from 0 to 18446744073709551615\n"
        "limit must be a whole number from 1 to 1000");
}

TEST_CASE("what is wrong with an entries query", "[parse]") {
  const std::string id = " must be an id: 26 characters of 0-9 and A-Z without I, L, O and U";
  const QueryRow rows[] = {
      {{{"from", "x"}}, "from must be a whole number from 0 to 18446744073709551615"},
      {{{"limit", "1001"}}, "limit must be a whole number from 1 to 1000"},
      {{{"job", "x"}, {"batch", "y"}}, "job" + id + "\nbatch" + id},
  };
  for (const QueryRow& row : rows) {
    CHECK(lines(parse_entries_query(row.parameters).problems) == row.problems);
  }
  auto problems = parse_entries_query({{"type", "Cancel"}}).problems;
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "type");
  CHECK(problems[0].message.starts_with("must be one of SubmitJob, "));
}
