#include <catch2/catch.hpp>
#include <random>

#include "daemon/parse/tile_path.h"
#include "tests/support/random_history.h"

namespace jobledger::daemon::parse {

TEST_CASE("tile paths are read as tlog-tiles writes them") {
  CHECK(parse_tile_path("0/000") == TilePath{0, {0, 256}});
  CHECK(parse_tile_path("0/x001/x234/067") == TilePath{0, {1'234'067, 256}});
  CHECK(parse_tile_path("63/001.p/255") == TilePath{63, {1, 255}});
  CHECK(parse_tile_path("1/x001/000.p/1") == TilePath{1, {1000, 1}});
  CHECK(parse_tile_place("x999/x999/x999/x999/x999/999") ==
        TilePlace{999'999'999'999'999'999, 256});
}

TEST_CASE("anything else is no tile path") {
  for (std::string_view path : {"",
                                "0",
                                "0/",
                                "/000",
                                "0/0",
                                "0/00",
                                "0/0000",
                                "0/00a",
                                "0/x00a/000",
                                "0/001/000",
                                "0/x001",
                                "0/x000/000",
                                "0/x001/x000",
                                "00/000",
                                "01/000",
                                "64/000",
                                "-1/000",
                                "0/000/",
                                "0/000.p",
                                "0/000.p/",
                                "0/000.p/0",
                                "0/000.p/256",
                                "0/000.p/01",
                                "0/000.p/1/",
                                "0/000.p/1.p/1",
                                "0/000.q/1",
                                "0//000",
                                "0/x001//000",
                                "18446744073709551616/000",
                                "0/x001/x000/x000/x000/x000/x000/000"}) {
    INFO(path);
    CHECK_FALSE(parse_tile_path(path));
  }
}

/// As tlog-tiles writes it.
std::string written(unsigned level, std::uint64_t number, unsigned width) {
  std::string digits = std::to_string(number);
  digits.insert(0, (3 - digits.size() % 3) % 3, '0');
  std::string path = std::to_string(level);
  for (std::size_t at = 0; at < digits.size(); at += 3) {
    path += (at + 3 < digits.size() ? "/x" : "/") + digits.substr(at, 3);
  }
  return width == 256 ? path : path + ".p/" + std::to_string(width);
}

TEST_CASE("a mangled tile path is none, or is written so", "[random]") {
  std::uint64_t seed = tests::seed_or(9);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  const std::string_view bytes = "0123456789/x.p-+ %";
  int read = 0;
  for (int i = 0; i < 50'000; ++i) {
    auto level = static_cast<unsigned>(random() % 64);
    auto width = static_cast<unsigned>(random() % 256 + 1);
    std::uint64_t number = random() >> (random() % 60 + 4);
    if (number > 999'999'999'999'999'999) number /= 100;
    std::string path = written(level, number, width);
    REQUIRE(parse_tile_path(path) == TilePath{level, {number, width}});
    for (std::uint64_t count = 1 + random() % 3; count > 0; --count) {
      std::size_t at = random() % path.size();
      switch (random() % 3) {
        case 0:
          path[at] = bytes[random() % bytes.size()];
          break;
        case 1:
          path.insert(at, 1, bytes[random() % bytes.size()]);
          break;
        default:
          path.erase(at, 1);
      }
      if (path.empty()) path = "0";
    }
    auto mangled = parse_tile_path(path);
    if (!mangled) continue;
    ++read;
    INFO(path);
    CHECK(written(mangled->level, mangled->place.number, mangled->place.width) == path);
  }
  CHECK(read > 1000);
}

}  // namespace jobledger::daemon::parse
