#include <catch2/catch.hpp>

#include "daemon/parse/job.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

namespace {

std::string problems_of(const std::string& body) {
  return lines(parse_job(body).problems);
}

std::string deep(std::size_t levels) {
  std::string child = child_body();
  for (std::size_t i = 2; i < levels; ++i) child = child_body("\"assets\":[" + child + "]");
  return job_body("\"assets\":[" + child + "]");
}

std::string wide(std::size_t children) {
  std::string list;
  for (std::size_t i = 0; i < children; ++i) list += (i ? "," : "") + child_body();
  return job_body("\"assets\":[" + list + "]");
}

}  // namespace

TEST_CASE("a whole job", "[parse]") {
  auto parsed = parse_job(R"({
    "template": {"id": "01HZZZZZZZZZZZZZZZZZZZZZIL", "src": "file:///t.aep", "composition": "main"},
    "preview": false, "fonts": [{"x": 1}], "assets": [{"type": "image", "src": "x"}, {}],
    "settings": {"q": 1}, "upload": {"outputUrl": "s3://b/k", "params": {"k": "v"}},
    "webhook": {"url": "https://h/x", "method": "PUT", "headers": {"a": "b"}, "data": [1],
                "custom": true},
    "tags": [" a ", "", "b", "a"], "priority": -3, "anything": {"else": null}})");
  REQUIRE(lines(parsed.problems) == "");
  const ledger::JobSpec& job = parsed.value.job;
  CHECK_FALSE(parsed.value.joined);
  CHECK(job.template_id == kTemplateId);
  CHECK(job.output_url == "s3://b/k");
  CHECK(job.tags == std::vector<std::string>{"a", "b"});
  CHECK(job.priority == -3);
  CHECK(job.total_assets == 2);
  CHECK(job.children.empty());
}

TEST_CASE("the least a job can be", "[parse]") {
  auto parsed = parse_job(job_body());
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.job.output_url.empty());
  CHECK(parsed.value.job.tags.empty());
  CHECK(parsed.value.job.priority == 0);
  CHECK(parsed.value.job.total_assets == 0);
}

TEST_CASE("null is as if absent", "[parse]") {
  auto parsed = parse_job(
      R"({"template":{"id":"01HZZZZZZZZZZZZZZZZZZZZZIL","src":null,"composition":null},)"
      R"("preview":null,"fonts":null,"assets":null,"settings":null,"upload":{"outputUrl":null},)"
      R"("webhook":null,"tags":null,"priority":null})");
  CHECK(lines(parsed.problems) == "");
  CHECK(problems_of(R"({"template":null})") ==
        "template is required: give an object with the id of a template");
}

TEST_CASE("what is wrong with a job is said by path", "[parse]") {
  const std::string id_form = "template.id must be 26 characters of A-Z and 0-9";
  const std::string priority = "priority must be an integer from -2147483648 to 2147483647";
  const std::string url = "webhook.url must be a URL with http:// or https://";
  const Row rows[] = {
      {"", "body is empty: send a JSON object"},
      {" \r\n\t ", "body is empty: send a JSON object"},
      {"[]", "body must be a JSON object, not an array"},
      {"null", "body must be a JSON object, not null"},
      {"{",
       "body is not acceptable JSON: line 1, column 2: a property name in double quotes was "
       "expected"},
      {"{}", "template is required: give an object with the id of a template"},
      {R"({"template":"x"})", "template must be an object, not a string"},
      {R"({"template":{}})", "template.id is required: give 26 characters of A-Z and 0-9"},
      {R"({"template":{"id":7}})", "template.id must be a string, not a number"},
      {R"({"template":{"id":""}})", id_form},
      {R"({"template":{"id":"01HZZZZZZZZZZZZZZZZZZZZZI"}})", id_form},
      {R"({"template":{"id":"01hzzzzzzzzzzzzzzzzzzzzzil"}})", id_form},
      {R"({"template":{"id":"01HZZZZZZZZZZZZZZZZZZZZZIL","src":1,"composition":[]}})",
       "template.src must be a string, not a number\n"
       "template.composition must be a string, not an array"},
      {job_body(R"("preview":"yes")"), "preview must be a boolean, not a string"},
      {job_body(R"("fonts":{})"), "fonts must be an array, not an object"},
      {job_body(R"("assets":{})"), "assets must be an array, not an object"},
      {job_body(R"("assets":[{},"x"])"), "assets[1] must be an object, not a string"},
      {job_body(R"("assets":[{"type":1}])"), "assets[0].type must be a string, not a number"},
      {job_body(R"("settings":true)"), "settings must be an object, not a boolean"},
      {job_body(R"("upload":"x")"), "upload must be an object, not a string"},
      {job_body(R"("upload":{"outputUrl":1})"), "upload.outputUrl must be a string, not a number"},
      {job_body(R"("upload":{"outputUrl":")" + std::string(8193, 'x') + "\"}"),
       "upload.outputUrl must be at most 8192 bytes"},
      {job_body(R"("webhook":[])"), "webhook must be an object, not an array"},
      {job_body(R"("webhook":{})"), "webhook.url is required: give the address to call"},
      {job_body(R"("webhook":{"url":"ftp://x"})"), url},
      {job_body(R"("webhook":{"url":"http://"})"), url},
      {job_body(R"("webhook":{"url":"http:///x"})"), url},
      {job_body(R"("webhook":{"url":"http://a b"})"), url},
      {job_body(R"("webhook":{"url":"http://a\nb"})"), url},
      {job_body(R"("webhook":{"url":"HTTPS://a"})"), ""},
      {job_body(R"("webhook":{"url":"http://a","method":1,"headers":[]})"),
       "webhook.method must be a string, not a number\n"
       "webhook.headers must be an object, not an array"},
      {job_body(R"("webhook":{"url":"http://a","method":"PO ST"})"),
       "webhook.method must be an HTTP method of 1 to 32 letters, such as POST"},
      {job_body(R"("webhook":{"url":"http://a","method":")" + std::string(32, 'x') + "\"}"), ""},
      {job_body(R"("webhook":{"url":"http://a","method":")" + std::string(33, 'x') + "\"}"),
       "webhook.method must be an HTTP method of 1 to 32 letters, such as POST"},
      {job_body(R"("webhook":{"url":"http://a/)" + std::string(2048 - 9, 'x') + "\"}"), ""},
      {job_body(R"("webhook":{"url":"http://a/)" + std::string(2048 - 8, 'x') + "\"}"),
       "webhook.url must be at most 2048 bytes"},
      {job_body(R"("tags":7)"), "tags must be an array of strings or a csv string, not a number"},
      {job_body(R"("tags":["a",7])"), "tags[1] must be a string, not a number"},
      {job_body(R"("priority":"1")"), "priority must be an integer, not a string"},
      {job_body(R"("priority":1.5)"), priority},
      {job_body(R"("priority":2147483648)"), priority},
      {job_body(R"("priority":-2147483649)"), priority},
      {job_body(R"("priority":18446744073709551615)"), priority},
      {job_body(R"("priority":2147483647)"), ""},
      {job_body(R"("priority":5.0)"), ""},
  };
  for (const Row& row : rows) {
    INFO(row.input.substr(0, 200));
    CHECK(problems_of(row.input) == row.wanted);
  }
}

TEST_CASE("what is wrong with a nested job is said by path", "[parse]") {
  auto nested = [](const std::string& asset) {
    return job_body("\"assets\":[{},{\"type\":\"image\"}," + asset + "]");
  };
  const Row rows[] = {
      {nested(child_body()), ""},
      {nested(R"({"type":"Job"})"), ""},  // no type of ours
      {nested(R"({"type":"job"})"),
       "assets[2].layerName is required: name the layer that shows the nested job\n"
       "assets[2].template is required: give an object with the id of a template"},
      {nested(R"({"type":"job","layerName":"","template":{"id":"x"}})"),
       "assets[2].layerName must not be empty: name the layer that shows the nested job\n"
       "assets[2].template.id must be 26 characters of A-Z and 0-9\n"
       "assets[2].template.composition is required: name the composition that a nested job "
       "renders"},
      {nested(child_body(R"("priority":{},"webhook":{"url":"x"})")),
       "assets[2].webhook.url must be a URL with http:// or https://\n"
       "assets[2].priority must be an integer, not an object"},
      {nested(child_body("\"assets\":[" + child_body("\"assets\":[3]") + "]")),
       "assets[2].assets[0].assets[0] must be an object, not a number"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(problems_of(row.input) == row.wanted);
  }
}

TEST_CASE("each job keeps its own bytes", "[parse]") {
  std::string inner = child_body(R"( "x" : "a } \" {\\" )");
  std::string outer =
      child_body("\"upload\":{\"outputUrl\":\"u\"},\"assets\":[ {} ,\n" + inner + " ]");
  std::string job =
      job_body("\"settings\":{\"assets\":[{}]},\"\\u0061ssets\":[" + outer + ", " + inner + "]");
  std::string body = "\n  " + job + "  ";
  auto parsed = parse_job(body);
  REQUIRE(lines(parsed.problems) == "");
  auto slice = [&](const ledger::JobSpec& spec) {
    return body.substr(spec.body_begin, spec.body_length);
  };
  const ledger::JobSpec& root = parsed.value.job;
  CHECK(slice(root) == job);
  REQUIRE(root.children.size() == 2);
  CHECK(slice(root.children[0]) == outer);
  CHECK(slice(root.children[1]) == inner);
  CHECK(root.children[0].output_url == "u");
  CHECK(root.children[0].total_assets == 2);
  REQUIRE(root.children[0].children.size() == 1);
  CHECK(slice(root.children[0].children[0]) == inner);
  CHECK(root.total_assets == 2);
}

TEST_CASE("children inherit tags and priority unless they set their own", "[parse]") {
  auto parsed = parse_job(
      job_body(R"("tags":"a, b","priority":5,"assets":[)" + child_body() + "," +
               child_body(R"("tags":"c","assets":[)" + child_body(R"("priority":1)") + "]") + "," +
               child_body(R"("tags":[],"priority":0)") + "," + child_body(R"("tags":null)") + "]"));
  REQUIRE(lines(parsed.problems) == "");
  using Tags = std::vector<std::string>;
  const auto& children = parsed.value.job.children;
  REQUIRE(children.size() == 4);
  CHECK(children[0].tags == Tags{"a", "b"});
  CHECK(children[0].priority == 5);
  CHECK(children[1].tags == Tags{"c"});
  CHECK(children[1].priority == 5);
  CHECK(children[1].children[0].tags == Tags{"c"});
  CHECK(children[1].children[0].priority == 1);
  CHECK(children[2].tags.empty());
  CHECK(children[2].priority == 0);
  CHECK(children[3].tags == Tags{"a", "b"});
}

TEST_CASE("jobs nest 16 deep", "[parse]") {
  CHECK(problems_of(deep(16)) == "");
  std::string path = "assets[0]";
  for (int i = 1; i < 16; ++i) path += ".assets[0]";
  CHECK(problems_of(deep(17)) ==
        path + " nests too deep: jobs may nest 16 deep, the outermost included");
  CHECK(problems_of(deep(20)) ==
        path + " nests too deep: jobs may nest 16 deep, the outermost included");
}

TEST_CASE("a tree holds 10,000 jobs", "[parse]") {
  CHECK(parse_job(wide(9999)).value.job.children.size() == 9999);
  CHECK(problems_of(wide(10'000)) ==
        "body has too many jobs: a tree may hold 10000, nested ones included; split it");
  CHECK(problems_of(wide(12'000)) ==
        "body has too many jobs: a tree may hold 10000, nested ones included; split it");
  CHECK(parse_job(wide(2), Limits{.max_depth = 2, .max_tree_jobs = 3}).ok());
  CHECK_FALSE(parse_job(wide(3), Limits{.max_depth = 2, .max_tree_jobs = 3}).ok());
}

TEST_CASE("inherited tags are bounded too", "[parse]") {
  std::string body = wide(9);
  body.insert(1, "\"tags\":[\"0123456789\"],");
  CHECK(parse_job(body, Limits{.max_tag_bytes = 100}).ok());
  CHECK(lines(parse_job(body, Limits{.max_tag_bytes = 99}).problems) ==
        "body has too many tags: all jobs together may hold 99 bytes of them, inherited ones "
        "included");
}

TEST_CASE("problems beyond the limit are counted", "[parse]") {
  std::string body = "\"assets\":[1";
  for (std::size_t i = 1; i < Problems::kLimit + 5; ++i) body += ",1";
  auto problems = parse_job(job_body(body + "]")).problems;
  REQUIRE(problems.size() == Problems::kLimit + 1);
  CHECK(problems.back() == Problem{"body", "has 5 more problems of this kind"});
}
