#include <catch2/catch.hpp>

#include <limits>
#include <random>

#include "daemon/json/document.h"
#include "daemon/json/writer.h"

using namespace jobledger;
using namespace jobledger::daemon;

namespace {

template <typename Write>
std::string written(Write write) {
  std::string out;
  json::Writer writer(out);
  write(writer);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

}  // namespace

TEST_CASE("the writer sets the commas", "[json]") {
  CHECK(written([](auto& w) {
          w.begin_object();
          w.field("a", 1);
          w.begin_array("b");
          w.integer(1);
          w.begin_object();
          w.end_object();
          w.begin_array();
          w.end_array();
          w.null();
          w.end_array();
          w.begin_object("c");
          w.field("d", "x");
          w.end_object();
          w.raw_field("e", "[1, 2]");
          w.end_object();
        }) == R"({"a":1,"b":[1,{},[],null],"c":{"d":"x"},"e":[1, 2]})");
}

TEST_CASE("the writer appends to what is there", "[json]") {
  std::string out = "data: ";
  json::Writer(out).boolean(true);
  CHECK(out == "data: true");
}

TEST_CASE("fields of every kind", "[json]") {
  const char* c_text = "c";
  std::string text = "s";
  auto id = ledger::Ulid::parse("01HZZZZZZZZZZZZZZZZZZZZZZZ");
  REQUIRE(id);
  CHECK(written([&](auto& w) {
          w.begin_object();
          w.field("view", std::string_view("v"));
          w.field("c", c_text);
          w.field("s", text);
          w.field("yes", true);
          w.field("no", false);
          w.field("null", nullptr);
          w.field("u64", std::numeric_limits<std::uint64_t>::max());
          w.field("i64", std::numeric_limits<std::int64_t>::min());
          w.field("u8", std::uint8_t{7});
          w.field("half", 0.5);
          w.field("none", std::optional<std::string>{});
          w.field("some", std::optional<int>{3});
          w.field("id", *id);
          w.field("maybe", std::optional<ledger::Ulid>{id});
          w.time_field("at", ledger::TimeMs{0});
          w.time_field("never", std::optional<ledger::TimeMs>{});
          w.time_field("then", std::optional<ledger::TimeMs>{1'500});
          w.end_object();
        }) == R"({"view":"v","c":"c","s":"s","yes":true,"no":false,"null":null,)"
              R"("u64":18446744073709551615,"i64":-9223372036854775808,"u8":7,"half":0.5,)"
              R"("none":null,"some":3,"id":"01HZZZZZZZZZZZZZZZZZZZZZZZ",)"
              R"("maybe":"01HZZZZZZZZZZZZZZZZZZZZZZZ","at":"1970-01-01T00:00:00.000Z",)"
              R"("never":null,"then":"1970-01-01T00:00:01.500Z"})");
}

TEST_CASE("strings are escaped, and always valid UTF-8", "[json]") {
  struct Row {
    std::string_view text;
    std::string_view json;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"say \"x\" \\ y", R"("say \"x\" \\ y")"},
      {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
      {"a\0b\x1f\x7f"sv, "\"a\\u0000b\\u001f\x7f\""},
      {"h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\"h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
      {"\x80", "\"\xef\xbf\xbd\""},                                  // a lone continuation
      {"\xff x", "\"\xef\xbf\xbd x\""},                              // never a first byte
      {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                  // overlong
      {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},  // a surrogate
      {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                  // cut off at the end
      {"\xc3(", "\"\xef\xbf\xbd(\""},
      {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
  };
  for (const Row& row : rows) CHECK(escaped(row.text) == row.json);
}

TEST_CASE("doubles are short and read back", "[json]") {
  CHECK(written([](auto& w) { w.number(0.1); }) == "0.1");
  CHECK(written([](auto& w) { w.number(-2.0); }) == "-2");
  CHECK(written([](auto& w) { w.number(1e300); }) == "1e+300");
  CHECK(written([](auto& w) { w.number(9e15); }) == "9e+15");
  // Digits alone would be a whole number beyond 64 bits, which is not read.
  std::string large = written([](auto& w) { w.number(0x1p64); });
  CHECK(large == "1.8446744073709552e+19");
  REQUIRE(json::Document::parse(large));
  CHECK(json::Document::parse(large)->root().number() == 0x1p64);
}

TEST_CASE("times are written as the ledger writes them", "[json]") {
  for (ledger::TimeMs time : {ledger::TimeMs{-1}, ledger::TimeMs{253'402'300'799'999},
                              ledger::TimeMs{253'402'300'800'000}, ledger::TimeMs{951'782'400'000},
                              ledger::TimeMs{-62'167'219'200'000}}) {
    CHECK(written([&](auto& w) { w.time(time); }) == '"' + ledger::to_rfc3339(time) + '"');
  }
  std::mt19937_64 random(7);
  std::uniform_int_distribution<ledger::TimeMs> times(0, 253'402'300'799'999);
  for (int i = 0; i < 1000; ++i) {
    ledger::TimeMs time = times(random);
    REQUIRE(written([&](auto& w) { w.time(time); }) == '"' + ledger::to_rfc3339(time) + '"');
  }
}
