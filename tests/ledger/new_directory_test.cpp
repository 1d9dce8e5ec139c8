#include "ledger/new_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/store.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {

namespace fs = std::filesystem;
using ledger::NewDirectory;
using ledger::Store;

TEST_CASE("a directory in the making opens only once it is finished", "[new-directory]") {
  TempDir dir;
  std::string path = dir.path() + "/new";
  auto made = NewDirectory::begin(path);
  REQUIRE(made);
  auto store = Store::open(made->workshop(), {});
  REQUIRE(store);
  ledger::Ulid id = (*store)->ledger_id();
  auto early = Store::open(path, {});
  REQUIRE_FALSE(early);
  CHECK_THAT(early.error().message, Catch::Contains("has not come to its end"));
  CHECK_FALSE(NewDirectory::begin(path));
  store->reset();
  REQUIRE(made->finish());
  auto opened = Store::open(path, {});
  REQUIRE(opened);
  CHECK((*opened)->ledger_id() == id);
  CHECK_FALSE(fs::exists(path + "/incomplete"));
}

TEST_CASE("what was not finished goes, and the directory with it if it was made",
          "[new-directory]") {
  TempDir dir;
  bool there = GENERATE(false, true);
  std::string path = dir.path() + "/new";
  if (there) fs::create_directory(path);
  {
    auto made = NewDirectory::begin(path);
    REQUIRE(made);
    REQUIRE(Store::open(made->workshop(), {}));
  }
  CHECK(fs::exists(path) == there);
  CHECK((!there || fs::is_empty(path)));
}

TEST_CASE("a directory that holds something is refused and stays as it is", "[new-directory]") {
  TempDir dir;
  std::ofstream(dir.path() + "/file") << "mine";
  auto made = NewDirectory::begin(dir.path());
  REQUIRE_FALSE(made);
  CHECK_THAT(made.error().message, Catch::Contains("is not empty"));
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);
  CHECK_FALSE(NewDirectory::begin(dir.path() + "/file"));
}

}  // namespace jobledger::tests
