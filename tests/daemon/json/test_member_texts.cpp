#include <catch2/catch.hpp>

#include "daemon/json/member_texts.h"

using namespace jobledger::daemon;

TEST_CASE("members stand in the text with their values, byte for byte", "[json]") {
  std::string text =
      "\n{ \"a\" : 1.50 ,\"b\\u0041\":\"x\\\"},\" , \"c\":[ {\"]\":1}, 2 ]\t,"
      "\"d\":{\"e\":{}},\"f\":null}  ";
  auto document = json::Document::parse(text);
  REQUIRE(document);
  auto members = json::member_texts(*document);
  std::vector<std::pair<std::string, std::string>> found;
  for (const json::MemberText& member : members) found.emplace_back(member.name, member.text);
  CHECK(found == std::vector<std::pair<std::string, std::string>>{{"a", "1.50"},
                                                                  {"bA", R"("x\"},")"},
                                                                  {"c", R"([ {"]":1}, 2 ])"},
                                                                  {"d", R"({"e":{}})"},
                                                                  {"f", "null"}});
  CHECK(members[1].value.string() == "x\"},");
}

TEST_CASE("an empty object has no members", "[json]") {
  auto document = json::Document::parse(" { } ");
  REQUIRE(document);
  CHECK(json::member_texts(*document).empty());
}
