#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/backup/record.h"
#include "daemon/backup/shelf.h"
#include "ledger/hash.h"
#include "tests/support/temp_dir.h"

namespace jobledger::daemon::backup {
namespace {

namespace fs = std::filesystem;

Record sample() {
  Record record;
  record.name = "000012";
  record.ledger_id = {0x019b'7654'3210'0000, 7};
  record.origin = "jobledger/01";
  record.version = 42;
  record.root = ledger::sha256({"root"});
  record.taken = 1'767'225'600'123;
  record.last_entry = 1'767'225'600'000;
  record.checkpoint = "a note\n\n— of it\n";
  record.bytes = 1'000;
  record.shared = 300;
  record.entries_read = true;
  return record;
}

}  // namespace

TEST_CASE("the record of a backup is read back as it was written", "[backup]") {
  Record record = sample();
  if (GENERATE(false, true)) {
    record.last_entry.reset();
    record.origin = record.checkpoint = "";
    record.entries_read = false;
  }
  auto read = parse_record(record_text(record));
  REQUIRE(read);
  CHECK(record_text(*read) == record_text(record));
  CHECK(read->last_entry == record.last_entry);
  CHECK(read->checkpoint == record.checkpoint);
}

TEST_CASE("a record that is none, lacks something, or is of later days is refused", "[backup]") {
  const std::string good = record_text(sample());
  auto without = [&](const std::string& part, const std::string& instead) {
    std::string text = good;
    REQUIRE(text.find(part) != std::string::npos);
    return text.replace(text.find(part), part.size(), instead);
  };
  for (const std::string& bad :
       {std::string("[]"), std::string("{}"), good.substr(0, good.size() - 1),
        without("jobledger-backup", "jobledger-export"),
        without("\"formatVersion\":1", "\"formatVersion\":2"), without("\"version\":42,", ""),
        without("\"version\":42", "\"version\":-1"), without("\"ledgerId\":\"", "\"ledgerId\":\"x"),
        without("\"rootHash\":\"", "\"rootHash\":\"0"), without("\"takenAt\":", "\"taken\":")}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_record(bad));
  }
}

TEST_CASE("backups are found by their number, the newest without one", "[backup]") {
  tests::TempDir dir;
  for (const char* name : {"000002", "000010", "000001", "1000000", "000011.part", "notes", "12"}) {
    fs::create_directory(dir.path() + '/' + name);
  }
  CHECK(*backups_in(dir.path()) ==
        std::vector<std::string>{"000001", "000002", "000010", "1000000"});
  CHECK(*find_backup(dir.path(), std::nullopt) == dir.path() + "/1000000");
  CHECK(*find_backup(dir.path(), 10) == dir.path() + "/000010");
  auto none = find_backup(dir.path(), 11);
  REQUIRE_FALSE(none);
  CHECK_THAT(none.error().message,
             Catch::Contains("no backup 000011") && Catch::Contains("from 000001 to 1000000"));
  CHECK_FALSE(find_backup(dir.path() + "/notes", std::nullopt));
}

TEST_CASE("one at a time adds to a shelf, and takes away what was left unfinished", "[backup]") {
  tests::TempDir dir;
  const std::string path = dir.path() + "/deep/shelf";
  {
    auto shelf = OwnedShelf::open(path);
    REQUIRE(shelf);
    CHECK(*shelf->next_name() == "000001");
    CHECK((fs::status(path).permissions() & fs::perms::mask) == fs::perms::owner_all);
    auto other = OwnedShelf::open(path);
    REQUIRE_FALSE(other);
    CHECK_THAT(other.error().message, Catch::Contains("another backup is being made"));
  }
  fs::create_directories(path + "/000007");
  fs::create_directories(path + "/000008.part/db");
  fs::create_directories(path + "/mine.part");
  auto shelf = OwnedShelf::open(path);
  REQUIRE(shelf);
  CHECK(*shelf->next_name() == "000008");
  CHECK_FALSE(fs::exists(path + "/000008.part"));
  CHECK(fs::exists(path + "/mine.part"));
}

}  // namespace jobledger::daemon::backup
