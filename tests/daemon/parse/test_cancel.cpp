#include <catch2/catch.hpp>

#include "daemon/parse/cancel.h"
#include "daemon/parse/reason.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

namespace {

std::string ids(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    list += (i ? ",\"" : "\"") + ledger::Ulid{1, i}.text() + '"';
  }
  return "{\"jobs\":[" + list + "]}";
}

const std::string kBadId =
    " must be the id of a job: 26 characters of 0-9 and A-Z without I, L, O and U";

}  // namespace

TEST_CASE("a list of jobs to cancel", "[parse]") {
  auto parsed = parse_cancel_list(R"({"jobs":["01HZZZZZZZZZZZZZZZZZZZZZZB",)"
                                  R"("8ZZZZZZZZZZZZZZZZZZZZZZZZZ","01HZZZZZZZZZZZZZZZZZZZZZZA"],)"
                                  R"("reason":"enough","else":1})");
  REQUIRE(lines(parsed.problems) == "");
  REQUIRE(parsed.value.command.jobs.size() == 2);
  CHECK(parsed.value.command.jobs[0].text() == "01HZZZZZZZZZZZZZZZZZZZZZZB");
  CHECK(parsed.value.command.jobs[1].text() == "01HZZZZZZZZZZZZZZZZZZZZZZA");
  CHECK(parsed.value.command.impossible == std::vector<std::string>{"8ZZZZZZZZZZZZZZZZZZZZZZZZZ"});
  CHECK_FALSE(parsed.value.command.single);
  CHECK(parsed.value.reason == "enough");
  CHECK(parse_cancel_list(ids(1000)).value.command.jobs.size() == 1000);
}

TEST_CASE("what is wrong with a list of jobs to cancel", "[parse]") {
  const std::string wanted = "list the ids of 1 to 1000 jobs";
  const std::string id = '"' + kJobId + '"';
  const Row rows[] = {
      {"", "body is empty: send a JSON object"},
      {"{}", "jobs is required: " + wanted},
      {R"({"jobs":"x"})", "jobs must be an array, not a string"},
      {R"({"jobs":[]})", "jobs has 0 entries: " + wanted},
      {ids(1001), "jobs has 1001 entries: " + wanted},
      {R"({"jobs":["x",1,)" + id + "]}",
       "jobs[0]" + kBadId + "\njobs[1] must be a string, not a number"},
      {R"({"jobs":["01hzzzzzzzzzzzzzzzzzzzzzza"]})", "jobs[0]" + kBadId},
      {R"({"jobs":["01HZZZZZZZZZZZZZZZZZZZZZZI"]})", "jobs[0]" + kBadId},
      {"{\"jobs\":[" + id + ",\"01HZZZZZZZZZZZZZZZZZZZZZZB\"," + id + "," + id + "]}",
       "jobs[2] is the same as jobs[0]: name each job once\n"
       "jobs[3] is the same as jobs[0]: name each job once"},
      {R"({"jobs":["8ZZZZZZZZZZZZZZZZZZZZZZZZZ","8ZZZZZZZZZZZZZZZZZZZZZZZZZ"]})",
       "jobs[1] is the same as jobs[0]: name each job once"},
      {"{\"jobs\":[" + id + "],\"reason\":7}", "reason must be a string, not a number"},
  };
  for (const Row& row : rows) {
    INFO(row.input.substr(0, 200));
    CHECK(lines(parse_cancel_list(row.input).problems) == row.wanted);
  }
}

TEST_CASE("every one of 1000 bad ids is named", "[parse]") {
  std::string body = "{\"jobs\":[\"x\"";
  for (int i = 1; i < 1000; ++i) body += ",\"x\"";
  auto problems = parse_cancel_list(body + "],\"reason\":1}").problems;
  REQUIRE(problems.size() == 1001);
  CHECK(problems[999].field == "jobs[999]");
}

TEST_CASE("reasons", "[parse]") {
  struct ReasonRow {
    std::string body;
    std::string reason;
    std::string problems;
  };
  std::string most, more;
  for (int i = 0; i < 1024; ++i) most += "\xc3\xa9";
  more = most + "x";
  const ReasonRow rows[] = {
      {"", "", ""},
      {" \n", "", ""},
      {"{}", "", ""},
      {R"({"other":1})", "", ""},
      {R"({"reason":null})", "", ""},
      {R"({"reason":""})", "", ""},
      {R"({"reason":"a \"b\""})", "a \"b\"", ""},
      {"{\"reason\":\"" + most + "\"}", most, ""},
      {"{\"reason\":\"" + more + "\"}", "", "reason must be at most 1024 characters; it has 1025"},
      {R"({"reason":["x"]})", "", "reason must be a string, not an array"},
      {R"("x")", "", "body must be a JSON object, not a string"},
      {"null", "", "body must be a JSON object, not null"},
      {"x", "",
       "body is not acceptable JSON: line 1, column 1: a value was expected: an object, array, "
       "string, number, true, false or null"},
  };
  for (const ReasonRow& row : rows) {
    INFO(row.body.substr(0, 100));
    auto parsed = parse_reason(row.body);
    CHECK(lines(parsed.problems) == row.problems);
    CHECK(parsed.value == row.reason);
  }
}
