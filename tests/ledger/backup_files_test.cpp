#include "ledger/backup_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/hash.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {

using ledger::FileSum;

TEST_CASE("checksums are read back as they were written, and as sha256sum writes them",
          "[backup-files]") {
  std::string text =
      ledger::sums_text({{"db/CURRENT", ledger::sha256({"b"})}, {"anchor", ledger::sha256({"a"})}});
  CHECK(text ==
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  anchor\n"
        "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  db/CURRENT\n");
  auto sums = ledger::parse_sums(text);
  REQUIRE(sums);
  REQUIRE(sums->size() == 2);
  CHECK(sums->at(0).path == "anchor");
  CHECK(sums->at(0).hash == ledger::sha256({"a"}));
  CHECK(sums->at(1).path == "db/CURRENT");
  CHECK(ledger::sums_text(*sums) == text);
  CHECK(ledger::parse_sums("")->empty());
}

TEST_CASE("what is no checksum, or leads out of the backup, is refused by its line",
          "[backup-files]") {
  const std::string good = ledger::sums_text({{"anchor", ledger::sha256({"a"})}});
  const std::string digits(64, 'a');
  for (const std::string& bad :
       {digits + "  anchor", digits + " anchor\n", digits.substr(1) + "  anchor\n",
        'A' + digits.substr(1) + "  anchor\n", digits + "  \n", digits + "  ../anchor\n",
        digits + "  db/../anchor\n", digits + "  /etc/passwd\n", digits + "  db/\n",
        digits + "  db/..\n", digits + "  db/db/1.sst\n", std::string("\n")}) {
    CAPTURE(bad);
    auto sums = ledger::parse_sums(good + bad);
    REQUIRE_FALSE(sums);
    CHECK_THAT(sums.error().message, Catch::Contains("line 2"));
  }
}

TEST_CASE("a file that is another or not there is told by its name", "[backup-files]") {
  TempDir dir;
  std::ofstream(dir.path() + "/anchor") << "a";
  FileSum sum{"anchor", ledger::sha256({"a"})};
  CHECK(ledger::wrong_with(dir.path(), sum, nullptr).empty());
  std::ofstream(dir.path() + "/anchor") << "b";
  CHECK_THAT(ledger::wrong_with(dir.path(), sum, nullptr), Catch::Contains("anchor is damaged"));
  std::filesystem::remove(dir.path() + "/anchor");
  CHECK(ledger::wrong_with(dir.path(), sum, nullptr) == "anchor is missing");
}

TEST_CASE("a file is copied as far as it was asked for, with its hash", "[backup-files]") {
  TempDir dir;
  const std::string from = dir.path() + "/from";
  std::string bytes(3'000'000, 'x');
  bytes[2'500'000] = 'y';
  std::ofstream(from) << bytes;
  auto file = ledger::OpenFile::open(from);
  REQUIRE(file);
  std::filesystem::remove(from);  // it stays readable
  std::uint64_t told = 0;
  auto hash = ledger::copy_file(*file, 2'600'000, dir.path() + "/to",
                                [&](std::uint64_t done) { told += done; });
  REQUIRE(hash);
  CHECK(*hash == ledger::sha256({bytes.substr(0, 2'600'000)}));
  CHECK(told == 2'600'000);
  CHECK(std::filesystem::file_size(dir.path() + "/to") == 2'600'000);
  // What is there is never written over; and a file that is shorter than it was is told.
  CHECK_FALSE(ledger::copy_file(*file, 10, dir.path() + "/to", nullptr));
  auto shorter = ledger::copy_file(*file, 3'000'001, dir.path() + "/longer", nullptr);
  REQUIRE_FALSE(shorter);
  CHECK_THAT(shorter.error().message, Catch::Contains("ends at byte 3000000"));
}

}  // namespace jobledger::tests
