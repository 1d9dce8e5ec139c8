#include <catch2/catch.hpp>

#include <string>

#include "daemon/json/document.h"
#include "daemon/json/fault.h"
#include "daemon/json/object_slices.h"
#include "tests/daemon/json/random_json.h"
#include "tests/daemon/json/rewritten.h"

using namespace jobledger::daemon;

TEST_CASE("what was read and written reads the same", "[json]") {
  std::uint64_t seed = json::test_seed();
  json::RandomJson random(seed);
  for (int i = 0; i < 2000; ++i) {
    std::string text = random.document();
    INFO("seed " << seed << ", document " << text);
    auto document = json::Document::parse(text);
    REQUIRE(document);
    std::string once = rewritten(document->root());
    auto again = json::Document::parse(once);
    REQUIRE(again);
    REQUIRE(rewritten(again->root()) == once);
  }
}

TEST_CASE("the slice of an object is that object's text", "[json]") {
  std::uint64_t seed = json::test_seed();
  json::RandomJson random(seed);
  std::size_t seen = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string text = random.document();
    INFO("seed " << seed << ", document " << text);
    auto document = json::Document::parse(text);
    REQUIRE(document);
    json::ObjectSlices slices(*document);
    each_object(document->root(), [&](json::Value object) {
      json::Slice slice = slices.of(object);
      std::string own = text.substr(slice.begin, slice.length);
      REQUIRE(own.front() == '{');
      REQUIRE(own.back() == '}');
      auto alone = json::Document::parse(own);
      REQUIRE(alone);
      REQUIRE(rewritten(alone->root()) == rewritten(object));
      ++seen;
    });
  }
  CHECK(seen > 1000);
}

TEST_CASE("the slow reader finds a fault in exactly what is refused", "[json]") {
  std::uint64_t seed = json::test_seed();
  json::RandomJson random(seed);
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random.document();
    std::size_t at = random.below(text.size());
    switch (random.below(3)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.erase(at, 1 + random.below(3));
        break;
      default:
        text.insert(at, 1, "{}[]\",:\\0 e.-"[random.below(13)]);
        break;
    }
    INFO("seed " << seed << ", document " << text);
    auto document = json::Document::parse(text);
    bool twice = !document && document.error().message.find("twice") != std::string::npos;
    if (twice) continue;
    REQUIRE(json::find_fault(text, json::kMaxDepth).has_value() == !document);
    refused += document ? 0 : 1;
  }
  CHECK(refused > 1000);
}
