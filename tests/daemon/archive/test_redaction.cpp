#include "daemon/archive/redaction.h"

#include <catch2/catch.hpp>

namespace jobledger::daemon::archive {
namespace {

std::string redacted(const std::string& body) {
  return Redaction(body).text();
}

}  // namespace

TEST_CASE("secrets of a body are redacted, and nothing else", "[archive]") {
  struct Row {
    const char* what;
    const char* body;
    const char* redacted;
  };
  const Row rows[] = {
      {"none", R"({"template":{"id":"T"}, "tags":["a" , "b"]})", nullptr},
      {"parameters", R"({"upload":{"params":{"key":"s3cret","n":42},"outputUrl":"u"}})",
       R"({"upload":{"params":{"key":"[redacted]","n":"[redacted]"},"outputUrl":"u"}})"},
      {"headers", R"({"webhook" : {"url":"u", "headers" : { "X-Key" : "s\"}" } }})",
       R"({"webhook" : {"url":"u", "headers" : { "X-Key" : "[redacted]" } }})"},
      {"objects and lists", R"({"upload":{"params":{"a":{"b":[1,"c"]},"d":[{}]}}})",
       R"({"upload":{"params":{"a":"[redacted]","d":"[redacted]"}}})"},
      {"nothing is no secret", R"({"upload":{"params":{"a":null}},"webhook":{"headers":null}})",
       nullptr},
      {"not as it should be", R"({"upload":{"params":"s3cret"}})",
       R"({"upload":{"params":"[redacted]"}})"},
      {"in a list", R"({"x":{"upload":[{"params":[{"a":"s"}]}]}})",
       R"({"x":{"upload":[{"params":"[redacted]"}]}})"},
      {"in a child", R"({"assets":[{"type":"job","webhook":{"headers":{"a":"s"}}},{"x":1}]})",
       R"({"assets":[{"type":"job","webhook":{"headers":{"a":"[redacted]"}}},{"x":1}]})"},
      {"under an escaped name", R"({"upl\u006fad":{"params":{"a":"s"}}})",
       R"({"upl\u006fad":{"params":{"a":"[redacted]"}}})"},
      {"the names elsewhere", R"({"params":{"a":1},"headers":{"b":2},"data":{"upload":"params"}})",
       nullptr},
      {"no JSON", "p(a b)", nullptr},
      {"empty", "", nullptr},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(redacted(row.body) == (row.redacted ? row.redacted : row.body));
    CHECK(Redaction(row.body).any() == (row.redacted != nullptr));
    CHECK(redacted(redacted(row.body)) == redacted(row.body));
  }
}

TEST_CASE("members that the configuration names are secret wherever they stand", "[archive]") {
  Redaction::Names names = {"password", "api key"};
  std::string body = R"({"assets":[{"password":"p","src":"s"},{"api key":{"a":[1]}}],)"
                     R"("webhook":{"headers":{"password":"x"},"custom":{"password":null}}})";
  CHECK(Redaction(body, names).text() ==
        R"({"assets":[{"password":"[redacted]","src":"s"},{"api key":"[redacted]"}],)"
        R"("webhook":{"headers":{"password":"[redacted]"},"custom":{"password":null}}})");
}

TEST_CASE("a part of a body is found again after secrets before it and in it", "[archive]") {
  std::string body = R"({"upload":{"params":{"a":"s"}},"assets":[{"type":"job","id":1},)"
                     R"({"webhook":{"headers":{"k":"a long one, longer than its stand-in"}}}]})";
  Redaction redaction(body);
  std::string text = redaction.text();
  for (std::string_view child :
       {R"({"type":"job","id":1})",
        R"({"webhook":{"headers":{"k":"a long one, longer than its stand-in"}}})"}) {
    auto part = redaction.part(body.find(child), child.size());
    CHECK(text.substr(part.begin, part.length) == redacted(std::string(child)));
    CHECK(part.redacted == (redacted(std::string(child)) != child));
  }
}

}  // namespace jobledger::daemon::archive
