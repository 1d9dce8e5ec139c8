#include "projections/words.h"

#include <catch2/catch.hpp>

#include "projections/word_index.h"
#include "tests/support/folding.h"
#include "tests/support/map_chunks.h"

namespace jobledger::tests {
namespace {

using Words = std::vector<std::string>;

void at_once(const std::function<void()>& work) {
  work();
}

std::string found(const projections::WordIndex& index, std::string_view prefix) {
  projections::EntrySet set = index.with_word(prefix, at_once);
  std::vector<std::uint64_t> entries;
  for (auto next = set.next(0); next; next = set.next(*next + 1)) entries.push_back(*next);
  return to_text(entries);
}

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

TEST_CASE("the index finds the entries of a word by what it begins with, and short ones whole") {
  projections::WordIndex index;
  index.add("order 9182 too late, too late", 3);
  index.add("order 9190", 5);
  index.add("or never", 1ull << 33);
  CHECK(found(index, "order") == "3 5 ");
  CHECK(found(index, "or") == "3 5 8589934592 ");
  CHECK(found(index, "o") == "");
  CHECK(found(index, "9") == "");
  CHECK(found(index, "918") == "3 ");
  CHECK(found(index, "too") == "3 ");
  CHECK(found(index, "zebra") == "");
}

TEST_CASE("a saved index has what was there when it was begun to be saved") {
  projections::WordIndex index;
  std::string last;
  for (std::uint64_t entry = 0; entry < 9000; ++entry) {
    last = "number" + std::to_string(entry);
    index.add(last + " of many", entry);
  }
  auto save = index.save();
  index.add("later", 9000);
  MapChunks chunks;
  save(chunks, at_once);
  projections::WordIndex loaded;
  REQUIRE(loaded.load(chunks, ~std::uint64_t{0}));
  CHECK(found(loaded, "later") == "");
  CHECK(found(loaded, "number4711") == "4711 ");
  CHECK(found(loaded, last) == "8999 ");
  CHECK(loaded.with_word("many", at_once).size() == 9000);
  loaded.add("number4711 again", 9001);
  CHECK(found(loaded, "number4711") == "4711 9001 ");
}

}  // namespace
}  // namespace jobledger::tests
