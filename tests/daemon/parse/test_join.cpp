#include <catch2/catch.hpp>

#include "daemon/parse/job.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

namespace {

std::string join_body(const std::string& assets) {
  return "{\"assets\":[" + assets + "]}";
}

std::string bare_child(const std::string& more = "") {
  return R"({"type":"job","template":{"id":")" + kTemplateId + R"(","composition":"C"})" + more +
         "}";
}

}  // namespace

TEST_CASE("a join of a video and jobs", "[parse]") {
  std::string child = bare_child(",\"assets\":[" + child_body() + "]");
  std::string body = R"({"assets":[{"type":"video","src":"http://v"},)" + child +
                     R"(],"settings":{},"upload":{"outputUrl":"o"},"tags":"t","priority":2,)" +
                     R"("webhook":{"url":"http://h"}})";
  auto parsed = parse_join(body);
  REQUIRE(lines(parsed.problems) == "");
  const ledger::JobSpec& job = parsed.value.job;
  CHECK(parsed.value.joined);
  CHECK(job.template_id.empty());
  CHECK(job.output_url == "o");
  CHECK(job.total_assets == 2);
  CHECK(body.substr(job.body_begin, job.body_length) == body);
  REQUIRE(job.children.size() == 1);
  CHECK(job.children[0].template_id == kTemplateId);
  CHECK(job.children[0].tags == std::vector<std::string>{"t"});
  CHECK(job.children[0].priority == 2);
  CHECK(job.children[0].children.size() == 1);
  CHECK(body.substr(job.children[0].body_begin, job.children[0].body_length) == child);
}

TEST_CASE("what is wrong with a join", "[parse]") {
  const std::string type = "assets[0].type must be `video` or `job`";
  const Row rows[] = {
      {"{}", "assets is required: list the videos and jobs to join"},
      {R"({"assets":{}})", "assets must be an array, not an object"},
      {join_body(""), "assets must not be empty: list the videos and jobs to join"},
      {join_body("1"), "assets[0] must be an object, not a number"},
      {join_body("{}"), type},
      {join_body(R"({"type":null})"), type},
      {join_body(R"({"type":"image"})"), type},
      {join_body(R"({"type":1})"), "assets[0].type must be a string, not a number"},
      {join_body(R"({"type":"video"})"),
       "assets[0].src is required: give the address of the video"},
      {join_body(R"({"type":"video","src":""})"),
       "assets[0].src must not be empty: give the address of the video"},
      {join_body(R"({"type":"video","src":{}})"), "assets[0].src must be a string, not an object"},
      {join_body(R"({"type":"job"})"),
       "assets[0].template is required: give an object with the id of a template"},
      {join_body(R"({"type":"job","template":{"id":"01HZZZZZZZZZZZZZZZZZZZZZIL"}})"),
       "assets[0].template.composition is required: name the composition that a nested job "
       "renders"},
      {join_body(bare_child(",\"assets\":[" + bare_child() + "]")),
       "assets[0].assets[0].layerName is required: name the layer that shows the nested job"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(lines(parse_join(row.input).problems) == row.wanted);
  }
}
