#include <catch2/catch.hpp>

#include "daemon/parse/batch.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

namespace {

std::string batch_body(const std::string& jobs) {
  return "{\"jobs\":[" + jobs + "]}";
}

Parsed<ledger::SubmitBatch> parsed_batch(const std::string& body, std::size_t max_jobs = 100'000) {
  static const Limits limits;
  return parse_batch(body, limits, max_jobs);
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += (i ? "," : "") + text;
  return all;
}

}  // namespace

TEST_CASE("a batch holds what can be created and says what cannot", "[parse]") {
  std::string good = job_body("\"assets\":[" + child_body() + "]");
  std::string body =
      batch_body(good + R"(,{"template":{"id":"x"},"priority":"y"}, 7 , )" + job_body());
  auto parsed = parsed_batch(body);
  REQUIRE(lines(parsed.problems) == "");
  const ledger::SubmitBatch& batch = parsed.value;
  CHECK(batch.total == 4);
  REQUIRE(batch.items.size() == 2);
  CHECK(batch.items[0].index == 0);
  CHECK(batch.items[0].job.children.size() == 1);
  CHECK(batch.items[1].index == 3);
  CHECK(body.substr(batch.items[0].job.body_begin, batch.items[0].job.body_length) == good);
  CHECK(body.substr(batch.items[1].job.body_begin, batch.items[1].job.body_length) == job_body());
  REQUIRE(batch.errors.size() == 2);
  CHECK(batch.errors[0] ==
        ledger::BatchItemError{1, "invalid_job",
                               "jobs[1].template.id must be 26 characters of A-Z and 0-9; "
                               "jobs[1].priority must be an integer, not a string"});
  CHECK(batch.errors[1] ==
        ledger::BatchItemError{2, "invalid_job", "jobs[2] must be an object, not a number"});
}

TEST_CASE("a batch of which nothing can be created is the ledger's to refuse", "[parse]") {
  auto parsed = parsed_batch(batch_body("{},null"));
  REQUIRE(parsed.ok());
  CHECK(parsed.value.total == 2);
  CHECK(parsed.value.items.empty());
  CHECK(parsed.value.errors.size() == 2);
}

TEST_CASE("what is wrong with a batch as a whole", "[parse]") {
  const Row rows[] = {
      {"", "body is empty: send a JSON object"},
      {"{}", "jobs is required: list 1 to 1000 jobs"},
      {R"({"jobs":{}})", "jobs must be an array, not an object"},
      {batch_body(""), "jobs has 0 entries: list 1 to 1000 jobs"},
      {batch_body(repeated("{}", 1001)), "jobs has 1001 entries: list 1 to 1000 jobs"},
      {batch_body(job_body() + ","),
       "body is not acceptable JSON: line 1, column 59: a value was expected: an object, array, "
       "string, number, true, false or null"},
  };
  for (const Row& row : rows) {
    INFO(row.input.substr(0, 200));
    CHECK(lines(parsed_batch(row.input).problems) == row.wanted);
  }
  CHECK(parsed_batch(batch_body(repeated(job_body(), 1000))).value.items.size() == 1000);
}

TEST_CASE("a tree too large is the error of its job alone", "[parse]") {
  Limits limits{.max_depth = 16, .max_tree_jobs = 3};
  std::string large = job_body("\"assets\":[" + repeated(child_body(), 3) + "]");
  auto parsed = parse_batch(batch_body(job_body() + "," + large), limits, 100);
  REQUIRE(parsed.ok());
  CHECK(parsed.value.items.size() == 1);
  REQUIRE(parsed.value.errors.size() == 1);
  CHECK(parsed.value.errors[0].message ==
        "jobs[1] has too many jobs: a tree may hold 3, nested ones included; split it");
}

TEST_CASE("the jobs of all trees of a batch are bounded", "[parse]") {
  std::string pair = job_body("\"assets\":[" + child_body() + "]");
  CHECK(parsed_batch(batch_body(repeated(pair, 5)), 10).ok());
  CHECK(parsed_batch(batch_body(repeated(pair, 5) + ",{}"), 10).ok());
  CHECK(lines(parsed_batch(batch_body(repeated(pair, 6)), 10).problems) ==
        "jobs holds 12 jobs, nested ones included: send at most 10 in one request");
  std::string tagged = job_body("\"tags\":\"0123456789\"");
  Limits limits{.max_tag_bytes = 25};
  CHECK(parse_batch(batch_body(repeated(tagged, 2)), limits, 10).ok());
  CHECK(lines(parse_batch(batch_body(repeated(tagged, 3)), limits, 10).problems) ==
        "jobs holds 30 bytes of tags, inherited ones included: send at most 25 in one request");
}

TEST_CASE("many problems of one job are counted in its message", "[parse]") {
  auto parsed = parsed_batch(batch_body(job_body("\"assets\":[" + repeated("1", 25) + "]")));
  REQUIRE(parsed.value.errors.size() == 1);
  const std::string& message = parsed.value.errors[0].message;
  CHECK(
      message.ends_with("jobs[0].assets[19] must be an object, not a number; body has 5 more "
                        "problems of this kind"));
}
