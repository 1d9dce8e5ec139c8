#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/targets.h"

// Every input that a fuzzer has found worth keeping, once, in every build: by any compiler.

namespace jobledger::fuzz {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run_corpus(const char* name, void (*target)(std::string_view)) {
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(fs::path(CORPUS_DIR) / name)) {
    files.push_back(file.path());
  }
  REQUIRE_FALSE(files.empty());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    INFO("the input " << file);
    target(read(file));
  }
  target("");
}

}  // namespace

#define CORPUS_TEST(target)                        \
  TEST_CASE("the corpus of the fuzzer " #target) { \
    run_corpus(#target, target);                   \
  }

CORPUS_TEST(bodies)
CORPUS_TEST(entries)
CORPUS_TEST(http_reader)
CORPUS_TEST(http_requests)
CORPUS_TEST(notes)
CORPUS_TEST(queries)
CORPUS_TEST(settings)
CORPUS_TEST(wal_ends)

}  // namespace jobledger::fuzz
