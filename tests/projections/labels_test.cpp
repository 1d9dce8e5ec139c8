#include "projections/labels.h"

#include <catch2/catch.hpp>

namespace jobledger::tests {
namespace {

using projections::Interner;
using projections::Labels;

TEST_CASE("equal texts have one number, in the order they first came") {
  Interner texts;
  CHECK(texts.number_of("a", 0) == 0);
  CHECK(texts.number_of("", 0) == 1);
  CHECK(texts.number_of("b", 3) == 2);
  CHECK(texts.number_of("a", 9) == 0);
  CHECK(texts.find("b") == 2);
  CHECK_FALSE(texts.find("c"));
  CHECK(texts.text(1).empty());
  CHECK(texts.size() == 3);
}

TEST_CASE("many texts stay where they are") {
  Interner texts;
  for (std::uint32_t i = 0; i < 10'000; ++i) texts.number_of("text " + std::to_string(i), i);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    REQUIRE(texts.find("text " + std::to_string(i)) == i);
    REQUIRE(texts.text(i) == "text " + std::to_string(i));
  }
}

TEST_CASE("texts as of a version are those it knew") {
  Interner texts;
  texts.number_of("a", 2);
  texts.number_of("b", 2);
  texts.number_of("c", 5);
  for (std::uint64_t version = 0; version < 8; ++version) {
    Interner loaded;
    REQUIRE(loaded.load(texts.save(version)));
    CHECK(loaded.size() == (version > 5 ? 3U : version > 2 ? 2U : 0U));
    CHECK(loaded.save(99) == texts.save(version));
  }
  Interner damaged;
  CHECK_FALSE(damaged.load(texts.save(9).substr(0, 20)));
}

TEST_CASE("jobs of one team and the same tags share a label") {
  Labels labels;
  std::uint32_t first = labels.label_of("acme", {"gpu", "4k"}, 0);
  CHECK(labels.label_of("acme", {"gpu", "4k"}, 1) == first);
  CHECK(labels.label_of("acme", {"4k", "gpu"}, 2) != first);
  CHECK(labels.label_of("acme", {}, 3) != first);
  std::uint32_t other = labels.label_of("other", {"gpu", "4k"}, 4);
  CHECK(other != first);
  CHECK(labels.team_name(labels.label(other).team) == "other");
  CHECK(labels.label(other).tags == labels.label(first).tags);
  CHECK(labels.label(first).tags ==
        std::vector<std::uint32_t>{*labels.find_tag("gpu"), *labels.find_tag("4k")});
  CHECK(labels.team_of("acme", 9) == labels.label(first).team);
  CHECK_FALSE(labels.find_team("nobody"));
  CHECK_FALSE(labels.find_tag("acme"));
}

TEST_CASE("labels are saved and loaded as of a version") {
  Labels labels;
  labels.label_of("acme", {"a"}, 0);
  labels.team_of("waiting", 1);
  std::string early = labels.save(2);
  std::uint32_t number = labels.label_of("other", {"b", "a"}, 2);
  CHECK(labels.save(2) == early);
  Labels loaded;
  REQUIRE(loaded.load(early));
  CHECK(loaded.find_team("waiting"));
  CHECK_FALSE(loaded.find_team("other"));
  CHECK_FALSE(loaded.find_tag("b"));
  CHECK(loaded.label_of("other", {"b", "a"}, 2) == number);  // as if it had gone on
  CHECK(loaded.save(3) == labels.save(3));
  Labels damaged;
  CHECK_FALSE(damaged.load(early.substr(0, early.size() - 1)));
}

}  // namespace
}  // namespace jobledger::tests
