#include <unistd.h>

#include <catch2/catch.hpp>
#include <iterator>
#include <limits>
#include <thread>
#include <vector>

#include "daemon/logging.h"
#include "tests/daemon/config/temp_file.h"

namespace jobledger::daemon {
namespace {

constexpr ledger::TimeMs kTime = 1'769'903'999'999;  // 2026-01-31T23:59:59.999Z

std::string line(log::Format format, std::string_view message, log::Fields fields = {}) {
  return log::format_line(format, kTime, log::Level::info, message,
                          std::span(fields.begin(), fields.size()));
}

std::string text(std::string_view message, log::Fields fields = {}) {
  return line(log::Format::text, message, fields);
}

std::string json(std::string_view message, log::Fields fields = {}) {
  return line(log::Format::json, message, fields);
}

/// What `action` writes to stderr.
template <typename Action>
std::string captured_stderr(Action action) {
  tests::TempFile file;
  int saved = dup(STDERR_FILENO);
  FILE* target = fopen(file.path().c_str(), "w");
  REQUIRE(target);
  dup2(fileno(target), STDERR_FILENO);
  action();
  dup2(saved, STDERR_FILENO);
  close(saved);
  fclose(target);
  std::ifstream content(file.path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(content), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("logging: a text line has time, level, message and fields") {
  std::string name = "a b";
  CHECK(text("listening", {{"port", 8080}, {"share", 0.5}, {"done", true}, {"name", name}}) ==
        "2026-01-31T23:59:59.999Z info listening port=8080 share=0.5 done=true name=\"a b\"");
}

TEST_CASE("logging: a JSON line has the same") {
  std::string name = "a b";
  CHECK(json("listening", {{"port", 8080}, {"share", 0.5}, {"done", true}, {"name", name}}) ==
        R"({"time":"2026-01-31T23:59:59.999Z","level":"info","message":"listening",)"
        R"("port":8080,"share":0.5,"done":true,"name":"a b"})");
}

TEST_CASE("logging: integers keep their whole range") {
  auto largest = std::numeric_limits<std::uint64_t>::max();
  auto smallest = std::numeric_limits<std::int64_t>::min();
  CHECK_THAT(json("", {{"a", largest}, {"b", smallest}}),
             Catch::EndsWith(R"("a":18446744073709551615,"b":-9223372036854775808})"));
}

TEST_CASE("logging: no text can start a line or leave its quotes") {
  CHECK_THAT(text("a\nb\x1b[0m"), Catch::EndsWith(R"( a\nb\x1b[0m)"));
  CHECK_THAT(text("", {{"k", "a\"b\\\r\n\t\x01"}}), Catch::EndsWith(R"(k="a\"b\\\r\n\t\x01")"));
  CHECK_THAT(text("", {{"k", ""}}), Catch::EndsWith(R"(k="")"));
  CHECK_THAT(text("", {{"k", "a=b"}}), Catch::EndsWith(R"(k="a=b")"));
  CHECK_THAT(json("a\"b\\\r\n\t\x01"), Catch::Contains(R"("a\"b\\\r\n\t\u0001")"));
  CHECK_THAT(json("", {{"k", std::string_view("\0", 1)}}), Catch::EndsWith(R"("k":"\u0000"})"));
}

TEST_CASE("logging: UTF-8 is kept and other bytes are marked") {
  CHECK_THAT(json("é€😀"), Catch::Contains("\"é€😀\""));
  CHECK_THAT(text("", {{"k", "é"}}), Catch::EndsWith("k=\"é\""));
  auto bad = GENERATE(as<std::string>{}, "\x80", "\xc0\xaf", "\xc3", "\xe0\x80\xaf", "\xed\xa0\x80",
                      "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5", "\xff", "\xe2\x82");
  std::string expected;
  for (std::size_t i = 0; i < bad.size(); ++i) expected += "\xef\xbf\xbd";
  CHECK_THAT(json(bad), Catch::Contains("\"message\":\"" + expected + "\""));
  CHECK_THAT(text(bad), Catch::Contains("info \\x"));
}

TEST_CASE("logging: a double that JSON cannot hold is a string") {
  double infinite = std::numeric_limits<double>::infinity();
  CHECK_THAT(json("", {{"k", infinite}}), Catch::EndsWith(R"("k":"inf"})"));
  CHECK_THAT(text("", {{"k", infinite}}), Catch::EndsWith("k=inf"));
}

TEST_CASE("logging: lines go to stderr, those below the level do not") {
  std::string written = captured_stderr([] {
    log::configure(log::Level::warn, log::Format::json);
    log::info("unseen");
    log::warn("seen %v {}", {{"n", 1}});
    log::configure(log::Level::debug, log::Format::text);
    log::debug("small");
    log::configure(log::Level::error, log::Format::text);
    log::warn("unseen");
    log::error("large");
    log::configure(log::Level::info, log::Format::text);
  });
  CHECK_THAT(written, Catch::Contains(R"("level":"warn","message":"seen %v {}","n":1})"
                                      "\n") &&
                          Catch::Contains(" debug small\n") && Catch::EndsWith(" error large\n") &&
                          !Catch::Contains("unseen"));
}

TEST_CASE("logging: lines of several threads are whole") {
  std::string written = captured_stderr([] {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] {
        for (int k = 0; k < 100; ++k) log::info("0123456789", {{"end", "here"}});
      });
    }
  });
  std::istringstream lines(written);
  int count = 0;
  for (std::string one; std::getline(lines, one); ++count) {
    CHECK_THAT(one, Catch::EndsWith(" info 0123456789 end=here"));
  }
  CHECK(count == 400);
}

TEST_CASE("logging: lines of a thread that works for a request have its ids") {
  std::string out = captured_stderr([] {
    log::info("before");
    {
      log::OfRequest scope("r1", "t1");
      log::info("within", {{"n", 1}});
      {
        log::OfRequest inner("r2", "");
        log::info("inner");
      }
      log::warn("after");
      std::thread([] { log::info("another thread"); }).join();
    }
    log::info("outside");
  });
  CHECK_THAT(out, Catch::Contains(" before\n") &&
                      Catch::Contains(" within n=1 requestId=r1 traceId=t1\n") &&
                      Catch::Contains(" inner requestId=r2\n") &&
                      Catch::Contains(" after requestId=r1 traceId=t1\n") &&
                      Catch::Contains(" another thread\n") && Catch::Contains(" outside\n"));
}

}  // namespace jobledger::daemon
