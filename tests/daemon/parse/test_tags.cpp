#include <catch2/catch.hpp>

#include "daemon/parse/job.h"
#include "daemon/parse/tags.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger::daemon::parse;

namespace {

/// The tags that a job comes out with, with `|` between them, or what is wrong.
std::string tags_of(const std::string& tags) {
  auto parsed = parse_job(job_body("\"tags\":" + tags));
  if (!parsed.ok()) return lines(parsed.problems);
  std::string text;
  for (const std::string& tag : parsed.value.job.tags) text += tag + '|';
  return text;
}

std::string many(int count) {
  std::string csv;
  for (int i = 0; i < count; ++i) csv += std::to_string(i) + ',';
  return '"' + csv + '"';
}

}  // namespace

TEST_CASE("tags", "[parse]") {
  std::string longest(128, 't');
  const Row rows[] = {
      {R"([])", ""},
      {R"("")", ""},
      {R"(" , ,")", ""},
      {R"("a,b , c")", "a|b|c|"},
      {R"(["b"," a ","","b"])", "b|a|"},
      {R"(["two words"])", "two words|"},
      {R"(["a,b"])", "tags[0] must not hold a comma: give each tag an element of its own"},
      {"[\"" + longest + "\"]", longest + "|"},
      {"[\"x\",\"" + longest + "t\"]", "tags[1] must be at most 128 bytes a tag"},
      {"\"x," + longest + "t\"", "tags must be at most 128 bytes a tag"},
      {"[\"" + std::string(127, 't') + "\xc3\xa9\"]", "tags[0] must be at most 128 bytes a tag"},
      {R"({})", "tags must be an array of strings or a csv string, not an object"},
      {R"([null])", "tags[0] must be a string, not null"},
      {many(65), "tags must be at most 64 tags: drop some"},
      {many(1000), "tags must be at most 64 tags: drop some"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(tags_of(row.input) == row.wanted);
  }
  CHECK(parse_job(job_body("\"tags\":" + many(64))).value.job.tags.size() == 64);
}
