#include "ledger/zero_filler.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "tests/support/random_history.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {
namespace {

/// A file that is written as a log is, and what was written.
class Written {
 public:
  explicit Written(const std::string& path) : file_(open(path.c_str(), O_WRONLY | O_CREAT, 0600)) {
    REQUIRE(file_ >= 0);
  }
  ~Written() { close(file_); }

  void append(ledger::ZeroFiller& zeros, const std::string& bytes) {
    zeros.claim(all_.size() + bytes.size());
    auto at = static_cast<off_t>(all_.size());
    REQUIRE(pwrite(file_, bytes.data(), bytes.size(), at) == static_cast<ssize_t>(bytes.size()));
    all_ += bytes;
  }
  const std::string& all() const { return all_; }

 private:
  int file_;
  std::string all_;
};

bool waits_for(const std::function<bool()>& what) {
  for (int i = 0; i < 2000 && !what(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return what();
}

}  // namespace

TEST_CASE("zeros never come over what was written, however fast that is", "[zeros]") {
  std::uint64_t seed = seed_or(1);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  TempDir directory;
  std::string path = directory.path() + "/log";
  Written written(path);
  {
    ledger::ZeroFiller zeros(path);
    for (int i = 0; i < 3000; ++i) {
      std::size_t length = 1 + random() % (i % 50 == 0 ? 600'000 : 3000);
      written.append(zeros, std::string(length, static_cast<char>('a' + i % 26)));
      if (random() % 200 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    CHECK(waits_for([&] { return std::filesystem::file_size(path) > written.all().size(); }));
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  REQUIRE(bytes.size() >= written.all().size());
  CHECK((bytes.compare(0, written.all().size(), written.all()) == 0));
  CHECK(bytes.find_first_not_of('\0', written.all().size()) == std::string::npos);
}

TEST_CASE("zeros come before the writer does, and no more than it may need", "[zeros]") {
  TempDir directory;
  std::string path = directory.path() + "/log";
  Written written(path);
  ledger::ZeroFiller zeros(path);
  CHECK(std::filesystem::file_size(path) == 0);
  written.append(zeros, "a");
  CHECK(waits_for([&] { return std::filesystem::file_size(path) > 60'000; }));
  CHECK(std::filesystem::file_size(path) < 100'000);
  written.append(zeros, std::string(3'000'000, 'b'));
  CHECK(waits_for([&] { return std::filesystem::file_size(path) > 5'500'000; }));
}

TEST_CASE("without a file to fill, the writer goes on", "[zeros]") {
  ledger::ZeroFiller zeros("/nowhere/log");
  zeros.claim(1);
  zeros.stop();
}

}  // namespace jobledger::tests
