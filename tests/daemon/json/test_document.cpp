#include <catch2/catch.hpp>

#include <string>

#include "daemon/json/document.h"

using namespace jobledger;
using namespace jobledger::daemon;

namespace {

std::string refusal_of(std::string_view text) {
  auto document = json::Document::parse(text);
  return document ? "accepted" : document.error().message;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + "1" + std::string(depth, ']');
}

}  // namespace

TEST_CASE("values of every type", "[json]") {
  std::string text =
      R"( {"n":null,"t":true,"f":false,"i":-5,"u":18446744073709551615,"d":0.5,"w":5.0,)"
      R"("s":"a\u0000\"b","a":[1,[2,3],{"x":1},"y"],"o":{"k":{}},"e":[],"":7} )";
  auto document = json::Document::parse(text);
  REQUIRE(document);
  json::Value root = document->root();
  REQUIRE(root.is_object());
  CHECK(root.find("n")->is_null());
  CHECK(root.find("t")->boolean());
  CHECK_FALSE(root.find("f")->boolean());
  CHECK(root.find("i")->integer() == -5);
  CHECK(root.find("u")->is_number());
  CHECK(root.find("u")->integer() == std::nullopt);
  CHECK(root.find("u")->number() == 18446744073709551615.0);
  CHECK(root.find("d")->number() == 0.5);
  CHECK(root.find("d")->integer() == std::nullopt);
  CHECK(root.find("w")->integer() == 5);
  CHECK(root.find("s")->string() == std::string_view("a\0\"b", 4));
  CHECK(root.find("a")->elements().count() == 4);
  CHECK(root.find("e")->elements().empty());
  CHECK(root.find("")->integer() == 7);
  CHECK_FALSE(root.find("k"));
  std::string names;
  for (json::Member member : root.members()) names += member.name;
  CHECK(names == "ntfiudwsaoe");
}

TEST_CASE("integers at the ends of their ranges", "[json]") {
  struct Row {
    std::string text;
    std::optional<std::int64_t> integer;
  };
  const Row rows[] = {{"-9223372036854775808", INT64_MIN},
                      {"9223372036854775807", INT64_MAX},
                      {"9223372036854775808", std::nullopt},
                      {"-0", 0},
                      {"1e3", 1000},
                      {"9.3e18", std::nullopt},
                      {"-1.5", std::nullopt},
                      {"1e-999", 0},
                      {"\"1\"", std::nullopt}};
  for (const Row& row : rows) {
    INFO(row.text);
    auto document = json::Document::parse(row.text);
    REQUIRE(document);
    CHECK(document->root().integer() == row.integer);
  }
}

TEST_CASE("a refusal says where and what", "[json]") {
  struct Row {
    std::string text;
    std::string message;
  };
  const Row rows[] = {
      {"", "line 1, column 1: the text ends where a value should stand"},
      {"  ", "line 1, column 3: the text ends where a value should stand"},
      {"{", "line 1, column 2: a property name in double quotes was expected"},
      {"{\"a\":1,}", "line 1, column 8: a property name in double quotes was expected"},
      {"{\"a\":1\n \"b\":2}", "line 2, column 2: a comma or `}` was expected"},
      {"{\"a\" 1}", "line 1, column 6: a colon was expected after the property name"},
      {"[1 2]", "line 1, column 4: a comma or `]` was expected"},
      {"[1,]",
       "line 1, column 4: a value was expected: an object, array, string, number, true, "
       "false or null"},
      {"{} x", "line 1, column 4: something follows the end of the document: remove it"},
      {"tru", "line 1, column 1: this is no value; `true` may be meant"},
      {"'a'",
       "line 1, column 1: a value was expected: an object, array, string, number, true, "
       "false or null"},
      {"\"a", "line 1, column 3: the text ends within a string"},
      {"\"a\nb\"", "line 1, column 3: a control character in a string must be escaped"},
      {"\"\\x\"", "line 1, column 3: this is no escape of JSON"},
      {"\"\\u12g4\"", "line 1, column 4: \\u needs four hexadecimal digits"},
      {"\"\\ud800\"", "line 1, column 2: half of a surrogate pair stands alone"},
      {"\"\\udc00\"", "line 1, column 2: half of a surrogate pair stands alone"},
      {"\"a\xff\"", "line 1, column 3: these bytes are not UTF-8"},
      {"[\"\xed\xa0\x80\"]", "line 1, column 3: these bytes are not UTF-8"},
      {"[01]", "line 1, column 3: a number must not begin with a 0"},
      {"[1.]", "line 1, column 4: a digit was expected"},
      {"[-]", "line 1, column 3: a digit was expected"},
      {"[1e]", "line 1, column 4: a digit was expected"},
      {"[ 1e999 ]",
       "line 1, column 3: the number is beyond the range of a double: send it as a string"},
      {"[-1e999]",
       "line 1, column 2: the number is beyond the range of a double: send it as a string"},
      {"[18446744073709551616]",
       "line 1, column 2: the integer needs more than 64 bits: send it as a string"},
      {"[-9223372036854775809]",
       "line 1, column 2: the integer needs more than 64 bits: send it as a string"},
      {"\xef\xbb\xbf{}",
       "line 1, column 1: a byte order mark stands before the JSON: leave it out"},
      {"{\"a\":1,\"b\":2,\"a\":3}",
       "the object at line 1, column 1 has the property \"a\" twice: keep one of them"},
      {"[{},\n {\"\\u0061\":1,\"a\":3}]",
       "the object at line 2, column 2 has the property \"a\" twice: keep one of them"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(refusal_of(row.text) == row.message);
  }
}

TEST_CASE("depth", "[json]") {
  CHECK(refusal_of(nested(json::kMaxDepth)) == "accepted");
  CHECK(refusal_of(std::string(json::kMaxDepth, '[') + std::string(json::kMaxDepth, ']')) ==
        "accepted");
  std::string deep = "line 1, column 65: objects and arrays stand more than 64 deep in one another";
  CHECK(refusal_of(nested(json::kMaxDepth + 1)) == deep);
  CHECK(refusal_of(std::string(65, '[') + std::string(65, ']')) == deep);
  CHECK(refusal_of(std::string(1'000'000, '[')) == deep);
}

TEST_CASE("names are compared in objects of any size", "[json]") {
  for (int count : {2, 12, 13, 5000}) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text += "\"k" + std::to_string(i) + "\":{\"same\":0},";
    std::string good = text + "\"last\":0}";
    std::string bad = text + "\"k0\":0}";
    CHECK(refusal_of(good) == "accepted");
    CHECK(refusal_of(bad) ==
          "the object at line 1, column 1 has the property \"k0\" twice: keep one of them");
  }
}

TEST_CASE("documents live side by side, of any size", "[json]") {
  std::string small = R"({"a":"small"})";
  std::string large = "[\"" + std::string(3'000'000, 'x') + "\"]";
  auto first = json::Document::parse(small);
  auto second = json::Document::parse(large);
  auto third = json::Document::parse(small);
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(third);
  CHECK(first->root().find("a")->string() == "small");
  CHECK((*second->root().elements().begin()).string().size() == 3'000'000);
  json::Document moved = *std::move(third);
  CHECK(moved.root().find("a")->string() == "small");
}
