#include <catch2/catch.hpp>

#include "daemon/parse/tile_path.h"

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

}  // namespace jobledger::daemon::parse
