#include "projections/words.h"

#include <catch2/catch.hpp>

namespace jobledger::tests {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("words are runs of letters and digits, in lower case") {
  CHECK(projections::words_of("") == Words{});
  CHECK(projections::words_of(" -- !") == Words{});
  CHECK(projections::words_of("Wrong LOGO, see #TICKET-17b.") ==
        Words{"wrong", "logo", "see", "ticket", "17b"});
}

TEST_CASE("bytes beyond ASCII are part of a word, as they are") {
  CHECK(projections::words_of("\u00dcbel\u2014ok") == Words{"\u00dcbel\u2014ok"});
}

TEST_CASE("a long word is kept by its first 32 bytes") {
  CHECK(projections::words_of(std::string(100, 'x') + " y") == Words{std::string(32, 'x'), "y"});
}

}  // namespace
}  // namespace jobledger::tests
