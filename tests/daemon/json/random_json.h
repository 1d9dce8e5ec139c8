#pragma once

#include <cstdlib>
#include <random>
#include <string>

#include "daemon/json/writer.h"

namespace jobledger::daemon::json {

/// From the environment (TEST_SEED), else new; a failing test prints it.
inline std::uint64_t test_seed() {
  const char* given = std::getenv("TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

/// Random documents, with odd spacing, braces within strings and escapes of all sorts.
class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string document() {
    std::string out;
    value(out, 0);
    return out;
  }

 private:
  void space(std::string& out) {
    static constexpr std::string_view kSpace = " \n\t\r";
    while (below(4) == 0) out += kSpace[below(4)];
  }

  void value(std::string& out, int depth) {
    space(out);
    switch (below(depth < 6 ? 9 : 5)) {
      case 0:
        out += "null";
        break;
      case 1:
        out += below(2) ? "true" : "false";
        break;
      case 2:
        number(out);
        break;
      case 3:
      case 4:
        string(out, "");
        break;
      case 5:
      case 6:
        array(out, depth);
        break;
      default:
        object(out, depth);
        break;
    }
    space(out);
  }

  void number(std::string& out) {
    static const std::string kNumbers[] = {"0",      "-0",  "12",       "-9223372036854775808",
                                           "0.5e-3", "1e5", "12345.75", "9007199254740993"};
    out += kNumbers[below(8)];
  }

  void string(std::string& out, std::string_view prefix) {
    static const std::string kPieces[] = {
        "{",     "}",    "[",         "]",         R"(\")",    R"(\\)", ",",     ":",
        R"(\n)", "text", R"(\u00e9)", R"(\u0022)", "\xc3\xa9", "{\\\"", R"(\/)", R"(\ud83d\ude00)"};
    out += '"';
    out += prefix;
    while (below(4) != 0) out += kPieces[below(16)];
    out += '"';
  }

  void array(std::string& out, int depth) {
    out += '[';
    std::size_t count = below(5);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      value(out, depth + 1);
    }
    if (count == 0) space(out);
    out += ']';
  }

  void object(std::string& out, int depth) {
    out += '{';
    std::size_t count = below(5);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      space(out);
      string(out, std::to_string(i));  // so that no name is there twice
      space(out);
      out += ':';
      value(out, depth + 1);
    }
    if (count == 0) space(out);
    out += '}';
  }

  std::mt19937_64 random_;
};

}  // namespace jobledger::daemon::json
