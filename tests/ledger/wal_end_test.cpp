#include "ledger/wal_end.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "ledger/store.h"
#include "ledger/store_cursors.h"
#include "tests/support/random_history.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {
namespace {

namespace fs = std::filesystem;
using ledger::Store;

constexpr std::size_t kSector = 512;

std::string noise(std::size_t length, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(length, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

fs::path log_of(const fs::path& directory) {
  fs::path found;
  for (const auto& file : fs::directory_iterator(directory / "db")) {
    if (file.path().extension() == ".log" && file.file_size() > 0) found = file.path();
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ledger::Result<std::uint64_t> wal_end(const fs::path& path, bool is_last) {
  return ledger::wal_end(contents(path), path.string(), is_last);
}

/// A database with entries of these sizes as it is while it is open, each written and synced alone.
class Crashed {
 public:
  explicit Crashed(const std::vector<std::size_t>& sizes) {
    TempDir live;
    auto store = Store::open(live.path(), {});
    REQUIRE(store);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      last_begins_ = end_of_log(live.path());
      ledger::StoreBatch batch(**store);
      batch.put_entry(i, noise(sizes[i], i + 1));
      REQUIRE((*store)->write(batch));
    }
    end_ = end_of_log(live.path());
    // Zeros are still being written: the copy has at least these.
    fs::copy(live.path(), directory_.path(), fs::copy_options::recursive);
    bytes_ = contents(log_of(directory_.path()));
    bytes_.resize(std::max<std::size_t>(bytes_.size(), end_ + 70'000));
  }

  std::size_t last_begins() const { return last_begins_; }
  std::size_t end() const { return end_; }
  const std::string& bytes() const { return bytes_; }

  /// With these bytes as its log.
  ledger::Result<std::uint64_t> end_of(const std::string& bytes, bool is_last = true) {
    auto path = log_of(directory_.path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    return wal_end(path, is_last);
  }
  const std::string& directory() const { return directory_.path(); }

 private:
  static std::size_t end_of_log(const std::string& directory) {
    auto end = wal_end(log_of(directory), true);
    REQUIRE(end);
    return *end;
  }

  TempDir directory_;
  std::string bytes_;
  std::size_t last_begins_ = 0;
  std::size_t end_ = 0;
};

/// Where sectors begin in the record: at its own beginning, then where the disk has them.
std::vector<std::size_t> sectors(std::size_t begin, std::size_t end) {
  std::vector<std::size_t> found{begin};
  while ((begin = (begin / kSector + 1) * kSector) < end) found.push_back(begin);
  return found;
}

// One within a sector, one of a few, one over two blocks, one over several, and one at a block's
// end.
const std::vector<std::vector<std::size_t>> kLogs = {
    {100, 90}, {300, 3000}, {30'000, 5000}, {700, 100'000}, {32'400, 400}};

}  // namespace

TEST_CASE("a log ends where its last record does, whatever zeros follow", "[wal]") {
  for (const auto& sizes : kLogs) {
    Crashed crashed(sizes);
    CAPTURE(sizes);
    CHECK(crashed.end_of(crashed.bytes()).value() == crashed.end());
    CHECK(crashed.end_of(crashed.bytes().substr(0, crashed.end())).value() == crashed.end());
  }
}

TEST_CASE("a log that was closed holds no zeros, one that was not may", "[wal]") {
  TempDir directory;
  {
    auto store = Store::open(directory.path(), {});
    REQUIRE(store);
    for (std::uint64_t i = 0; i < 200; ++i) {
      ledger::StoreBatch batch(**store);
      batch.put_entry(i, noise(5000, i));
      REQUIRE((*store)->write(batch));
    }
    auto live = log_of(directory.path());
    for (int i = 0; i < 2000 && fs::file_size(live) <= wal_end(live, true).value(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(fs::file_size(live) > wal_end(live, true).value());
  }
  auto log = log_of(directory.path());
  CHECK(wal_end(log, true).value() == fs::file_size(log));
}

TEST_CASE("a record of which any sectors are missing is not there", "[wal]") {
  std::uint64_t seed = seed_or(1);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (const auto& sizes : kLogs) {
    Crashed crashed(sizes);
    auto begins = sectors(crashed.last_begins(), crashed.end());
    for (int round = 0; round < 60; ++round) {
      std::string bytes = crashed.bytes();
      std::size_t lost = 0;
      for (std::size_t i = 0; i < begins.size(); ++i) {
        bool cut = round < 30 && i >= static_cast<std::size_t>(round) % begins.size();
        if (!cut && (round < 30 || random() % 3 != 0)) continue;
        std::size_t next = i + 1 < begins.size() ? begins[i + 1] : crashed.end();
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begins[i]),
                  bytes.begin() + static_cast<std::ptrdiff_t>(next), '\0');
        ++lost;
      }
      CAPTURE(sizes, round, lost);
      auto end = crashed.end_of(bytes);
      INFO((end ? std::string() : end.error().message));
      REQUIRE(end);
      CHECK(*end == (lost > 0 ? crashed.last_begins() : crashed.end()));
    }
  }
}

TEST_CASE("a log that was cut at any byte of its last record ends before that", "[wal]") {
  Crashed crashed({300, 3000});
  for (std::size_t cut = crashed.last_begins(); cut < crashed.end(); ++cut) {
    CAPTURE(cut);
    CHECK(crashed.end_of(crashed.bytes().substr(0, cut)).value() == crashed.last_begins());
  }
}

TEST_CASE("a bit that flipped in the last record is damage, and no end", "[wal]") {
  for (const auto& sizes : {std::vector<std::size_t>{100, 700}, {32'000, 2000}}) {
    Crashed crashed(sizes);
    for (bool closed : {false, true}) {
      std::string bytes = crashed.bytes();
      if (closed) bytes.resize(crashed.end());
      for (std::size_t at = crashed.last_begins(); at < crashed.end(); ++at) {
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << at % 8);
        CAPTURE(sizes, closed, at - crashed.last_begins());
        CHECK_FALSE(crashed.end_of(bytes));
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << at % 8);
      }
      for (std::size_t bit = 0; bit < 16; ++bit) {  // of its length
        std::size_t at = crashed.last_begins() + 4 + bit / 8;
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit % 8);
        CAPTURE(sizes, closed, bit);
        CHECK_FALSE(crashed.end_of(bytes));
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit % 8);
      }
    }
  }
}

TEST_CASE("zeros in the place of a record that others follow are damage", "[wal]") {
  Crashed crashed({3000, 3000, 3000, 40'000});
  for (std::size_t begin = 0; begin + kSector < crashed.last_begins(); begin += kSector) {
    std::string bytes = crashed.bytes();
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(begin), kSector, '\0');
    CAPTURE(begin);
    auto end = crashed.end_of(bytes);
    // Without the head it is found here; within a record, by RocksDB, which has the same end.
    CHECK((!end || *end == crashed.end()));
    auto opened = Store::open(crashed.directory(), {.read_only = true});
    CHECK_FALSE(opened);
  }
}

TEST_CASE("after a crash in the middle of a write all entries before it are there", "[wal]") {
  Crashed crashed({300, 3000, 700});
  std::string bytes = crashed.bytes();
  std::size_t lost = (crashed.last_begins() / kSector + 1) * kSector;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(lost), bytes.end(), '\0');
  REQUIRE(crashed.end_of(bytes).value() == crashed.last_begins());
  for (bool read_only : {true, false}) {
    auto store = Store::open(crashed.directory(), {.read_only = read_only});
    INFO((store ? std::string() : store.error().message));
    REQUIRE(store);
    CHECK((*store)->entry_count().value() == 2);
    CHECK((*store)->entry(1).value() == noise(3000, 2));
  }
  auto store = Store::open(crashed.directory(), {});
  REQUIRE(store);
  ledger::StoreBatch batch(**store);
  batch.put_entry(2, "again");
  CHECK((*store)->write(batch));
}

TEST_CASE("a record may begin and end anywhere in a sector, and lose any part of it", "[wal]") {
  for (std::size_t shift = 0; shift < 16; ++shift) {
    // The second begins, or ends, up to seven bytes before or behind the border of a sector.
    for (std::size_t second : {std::size_t{900}, std::size_t{1400}}) {
      Crashed probe({300, second});
      std::size_t begins = probe.last_begins() % kSector;
      std::size_t ends = probe.end() % kSector;
      for (bool at_end : {false, true}) {
        std::size_t first = 300;
        std::size_t length = second;
        std::size_t wanted = kSector - 8 + shift;
        (at_end ? length : first) += kSector + wanted - (at_end ? ends : begins);
        Crashed crashed({first, length});
        auto pieces = sectors(crashed.last_begins(), crashed.end());
        for (std::size_t lost = 0; lost < pieces.size(); ++lost) {
          std::string bytes = crashed.bytes();
          std::size_t next = lost + 1 < pieces.size() ? pieces[lost + 1] : crashed.end();
          std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(pieces[lost]),
                    bytes.begin() + static_cast<std::ptrdiff_t>(next), '\0');
          CAPTURE(shift, second, at_end, lost, pieces[lost], next);
          auto end = crashed.end_of(bytes);
          INFO((end ? std::string() : end.error().message));
          REQUIRE(end);
          CHECK(*end == crashed.last_begins());
          CHECK_FALSE(crashed.end_of(bytes, false));
        }
      }
    }
  }
}

TEST_CASE("what a log lacks is damage once a later one was written to", "[wal]") {
  Crashed crashed({300, 3000});
  auto log = log_of(crashed.directory());
  std::string torn = crashed.bytes();
  std::fill(torn.begin() + static_cast<std::ptrdiff_t>(crashed.last_begins() + 1000), torn.end(),
            '\0');
  REQUIRE(crashed.end_of(torn).value() == crashed.last_begins());
  auto later = fs::path(crashed.directory()) / "db" / "000999.log";
  std::ofstream(later, std::ios::binary) << std::string(5000, '\0');
  CHECK(Store::open(crashed.directory(), {.read_only = true}));
  std::ofstream(later, std::ios::binary) << crashed.bytes();
  auto store = Store::open(crashed.directory(), {.read_only = true});
  REQUIRE_FALSE(store);
  CHECK_THAT(store.error().message, Catch::Contains(log.filename().string() + " is damaged"));
}

TEST_CASE("a reader beside a writer waits for the record that is just being written", "[wal]") {
  Crashed crashed({300, 3000});
  std::string part = crashed.bytes();
  std::fill_n(part.begin() + static_cast<std::ptrdiff_t>(crashed.end() - 5), 5, '\0');
  auto log = log_of(crashed.directory());
  REQUIRE_FALSE(crashed.end_of(part));  // it looks like damage
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));  // after the first look
    std::ofstream(log, std::ios::binary | std::ios::in | std::ios::out) << crashed.bytes();
  });
  auto store = Store::open(crashed.directory(), {.read_only = true});
  writer.join();
  REQUIRE(store);
  CHECK((*store)->entry_count().value() == 2);
}

}  // namespace jobledger::tests
