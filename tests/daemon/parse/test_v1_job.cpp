#include <catch2/catch.hpp>

#include "daemon/parse/report.h"
#include "daemon/parse/v1_job.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

namespace {

std::string v1_body(const std::string& more = "") {
  return R"({"template":{"src":"s","composition":"c"})" + (more.empty() ? "" : "," + more) + "}";
}

std::string error_of(const std::string& json) {
  auto parsed = parse_v1_update(R"({"error":)" + json + "}");
  REQUIRE(lines(parsed.problems) == "");
  return parsed.value.error;
}

}  // namespace

TEST_CASE("a job of the render server", "[parse][v1]") {
  std::string body = " " + v1_body(R"("uid":"a-_9","tags":"x, y","priority":-3,"state":"finished",)"
                                   R"("assets":[{"type":"image","src":"u","layerIndex":2},)"
                                   R"({"type":"data","layerName":"l","property":"p","value":null},)"
                                   R"({"type":"script","src":"u"}],"actions":null)");
  auto parsed = parse_v1_job(body);
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.uid == "a-_9");
  CHECK(parsed.value.job.tags == std::vector<std::string>{"x", "y"});
  CHECK(parsed.value.job.priority == -3);
  CHECK(parsed.value.job.total_assets == 3);
  CHECK(parsed.value.job.template_id.empty());
  CHECK(parsed.value.job.body_begin == 1);
  CHECK(parsed.value.job.body_length == body.size() - 1);
}

TEST_CASE("what is wrong with a job of the render server", "[parse][v1]") {
  const std::string uid =
      "uid must be 1 to 64 of A-Z, a-z, 0-9, _ and -, and neither pickup nor status";
  const Row rows[] = {
      {"[]", "body must be a JSON object, not an array"},
      {"{}", "template is required: say what to render, as {src, composition}"},
      {R"({"template":{"src":""}})",
       "template.src must not be empty: give the address of the project file\n"
       "template.composition is required: name the composition to render"},
      {v1_body(R"("uid":"")"), uid},
      {v1_body(R"("uid":"a b")"), uid},
      {v1_body(R"("uid":"pickup")"), uid},
      {v1_body(R"("uid":")" + std::string(65, 'x') + '"'), uid},
      {v1_body(R"("assets":[5])"), "assets[0] must be an object, not a number"},
      {v1_body(R"("assets":[{}])"), "assets[0].type is required: say what kind of asset it is"},
      {v1_body(R"("assets":[{"type":"video","layerName":"x"}])"),
       "assets[0].src is required: give its address"},
      {v1_body(R"("assets":[{"type":"audio","src":"x"}])"),
       "assets[0].layerName or layerIndex is required: name the layer it is for"},
      {v1_body(R"("assets":[{"type":"data","layerName":"x"}])"),
       "assets[0].property is required: name the property that it sets\n"
       "assets[0].value or expression is required: say what to set"},
      {v1_body(R"("assets":[{"type":"job","src":"x"}])"),
       "assets[0].type must be image, audio, video, data, script or static"},
      {v1_body(R"("actions":[])"), "actions must be an object, not an array"},
      {v1_body(R"("actions":{"prerender":[{"module":"m"},{}],"postrender":[1]})"),
       "actions.prerender[1].module is required: name the module to run\n"
       "actions.postrender[0] must be an object, not a number"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(lines(parse_v1_job(row.input).problems) == row.wanted);
  }
}

TEST_CASE("an update says what its worker has to say", "[parse][v1]") {
  auto parsed = parse_v1_update(R"({"uid":"x","state":"finished","renderProgress":99.5,)"
                                R"("output":"/a","workpath":"/w",)"
                                "\"timings\":{\n\"a\": 1,\"b\":\"x\",\"c\":[2],\"d\":3}}");
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.state == "finished");
  CHECK(parsed.value.progress == 99.5);
  CHECK(parsed.value.output == "/a");
  CHECK(parsed.value.timings == R"({"a":1,"d":3})");
  CHECK(parse_v1_update(R"({"renderProgress":101.2})").value.progress == 100);
  CHECK(parse_v1_update(R"({"renderProgress":-1})").value.progress == 0);
  CHECK_FALSE(parse_v1_update(R"({"renderProgress":"half"})").value.progress);
}

TEST_CASE("timings that are none, or too many, are left out", "[parse][v1]") {
  for (const char* timings : {"[]", "null", "{}", R"({"a":"b"})", "5"}) {
    auto parsed = parse_v1_update(std::string(R"({"timings":)") + timings + "}");
    REQUIRE(lines(parsed.problems) == "");
    CHECK(parsed.value.timings.empty());
  }
  std::string many = "{\"timings\":{\"a\":1";
  for (int i = 0; i < 1000; ++i) many += ",\"state-" + std::to_string(i) + "\":1700000000000";
  CHECK(parse_v1_update(many + "}}").value.timings.empty());
}

TEST_CASE("an error of a worker is a text, whatever it was", "[parse][v1]") {
  CHECK(error_of(R"("no font")") == "no font");
  CHECK(error_of(R"(["no","font"])") == "no\nfont");
  CHECK(error_of(R"(["no",1])") == R"(["no",1])");
  CHECK(error_of(R"({"code":"ENOENT"})") == R"({"code":"ENOENT"})");
  CHECK(error_of("{}").empty());
  CHECK(error_of("null").empty());
}

TEST_CASE("an error that is too long is cut, and says so", "[parse][v1]") {
  CHECK(error_of('"' + std::string(kMaxError, 'x') + '"') == std::string(kMaxError, 'x'));
  for (std::size_t more : {1, 2, 3, 4}) {
    std::string text(more, 'x');
    while (text.size() < kMaxError + 10) text += "ü";
    std::string cut = error_of('"' + text + '"');
    CHECK(cut.size() <= kMaxError);
    CHECK(cut.size() > kMaxError - 2);
    std::string mark = " … (cut, it had " + std::to_string(text.size()) + " bytes)";
    REQUIRE(cut.ends_with(mark));
    std::string kept = cut.substr(0, cut.size() - mark.size());
    CHECK(text.starts_with(kept));
    CHECK((kept.size() - more) % 2 == 0);
  }
}

TEST_CASE("what is wrong with an update", "[parse][v1]") {
  const Row rows[] = {
      {"7", "body must be a JSON object, not a number"},
      {R"({"state":5})", "state must be a string, not a number"},
      {R"({"output":")" + std::string(8193, 'x') + R"("})", "output must be at most 8192 bytes"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(lines(parse_v1_update(row.input).problems) == row.wanted);
  }
}
