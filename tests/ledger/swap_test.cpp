#include "ledger/swap.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "ledger/store.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {
namespace {

namespace fs = std::filesystem;
using ledger::Swap;

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << text;
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A directory with a new database beside the old one, and anchors in three places.
struct Prepared {
  TempDir dir;
  std::string data = dir.path() + "/data";
  std::string aside = data + "/cut";
  std::string further = dir.path() + "/elsewhere/anchor";

  Prepared() {
    write(data + "/db/CURRENT", "old");
    write(data + "/anchor", "old anchor");
    write(further, "old anchor elsewhere");
    write(aside + "/new/db/CURRENT", "new");
    write(aside + "/new/anchor", "new anchor");
  }

  void check_done() const {
    CHECK(Swap::begun(data).empty());
    CHECK(read(data + "/db/CURRENT") == "new");
    CHECK(read(data + "/anchor") == "new anchor");
    CHECK(read(further) == "new anchor");
    CHECK(read(aside + "/db/CURRENT") == "old");
    CHECK(read(aside + "/anchor") == "old anchor");
    CHECK(read(aside + "/anchor-1") == "old anchor elsewhere");
    CHECK_FALSE(fs::exists(aside + "/new"));
  }
};

}  // namespace

TEST_CASE("a swap puts the new database in place, and keeps what was there") {
  Prepared prepared;
  REQUIRE(Swap::begin(prepared.data, prepared.aside, {prepared.further}));
  REQUIRE(Swap::finish(prepared.data));
  prepared.check_done();
  REQUIRE(Swap::finish(prepared.data));  // there is none: nothing happens
  prepared.check_done();
}

TEST_CASE("a swap that was cut off at any step is ended by the next, and no store opens before") {
  const std::function<void(Prepared&)> steps[] = {
      [](Prepared&) {},
      [](Prepared& p) { fs::rename(p.data + "/db", p.aside + "/db"); },
      [](Prepared& p) { fs::rename(p.aside + "/new/db", p.data + "/db"); },
      [](Prepared& p) { write(p.aside + "/anchor-1", read(p.further)); },
      [](Prepared& p) { write(p.further, "new anchor"); },
      [](Prepared& p) { fs::rename(p.data + "/anchor", p.aside + "/anchor"); },
      [](Prepared& p) { fs::rename(p.aside + "/new/anchor", p.data + "/anchor"); }};
  for (std::size_t done = 1; done <= std::size(steps); ++done) {
    INFO(done << " steps were done");
    Prepared prepared;
    REQUIRE(Swap::begin(prepared.data, prepared.aside, {prepared.further}));
    for (std::size_t step = 0; step < done; ++step) steps[step](prepared);
    CHECK(Swap::begun(prepared.data) == prepared.aside);
    auto opened = ledger::Store::open(prepared.data, {});
    REQUIRE_FALSE(opened);
    CHECK_THAT(opened.error().message, Catch::Contains("was interrupted"));
    REQUIRE(Swap::finish(prepared.data));
    prepared.check_done();
  }
}

TEST_CASE("a swap whose databases are both gone says so, and forgets nothing") {
  Prepared prepared;
  REQUIRE(Swap::begin(prepared.data, prepared.aside));
  fs::remove_all(prepared.data + "/db");
  fs::remove_all(prepared.aside + "/new/db");
  auto finished = Swap::finish(prepared.data);
  REQUIRE_FALSE(finished);
  CHECK_THAT(finished.error().message, Catch::Contains("neither"));
  CHECK(Swap::begun(prepared.data) == prepared.aside);
}

}  // namespace jobledger::tests
