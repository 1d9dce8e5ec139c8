#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace jobledger::daemon::json {

/// A parsed document as simdjson leaves it: a row of 64-bit words, so that a whole document costs
/// two allocations and simdjson's own header stays out of every file that only reads values.
///
/// A word is a tag in its top 8 bits and a payload of 56 (simdjson, doc/tape.md):
///   `r` root; `n` `t` `f` null, true, false
///   `l` `u` `d` int64, uint64, double: the number is the next word
///   `"` string: payload is an offset into `strings`, there 4 bytes of length, then the bytes
///   `{` `[` container: low 32 bits are the index after its closing word; the members of an
///       object are a string word and then the value, in the order of the text
///   `}` `]` closing
struct Tape {
  const std::uint64_t* words = nullptr;
  const std::uint8_t* strings = nullptr;

  char tag(std::uint32_t at) const { return static_cast<char>(words[at] >> 56); }

  /// The index of what follows the value at `at`, whatever it holds.
  std::uint32_t after(std::uint32_t at) const {
    switch (tag(at)) {
      case '{':
      case '[':
        return static_cast<std::uint32_t>(words[at]);
      case 'l':
      case 'u':
      case 'd':
        return at + 2;
      default:
        return at + 1;
    }
  }

  std::string_view text(std::uint32_t at) const {
    constexpr std::uint64_t kPayload = (std::uint64_t{1} << 56) - 1;
    const std::uint8_t* start = strings + (words[at] & kPayload);
    std::uint32_t length = 0;
    std::memcpy(&length, start, sizeof(length));
    return {reinterpret_cast<const char*>(start) + sizeof(length), length};
  }

  /// Calls `visit(index, depth)` for each object and array, in the order in which they begin in
  /// the text; the outermost is at depth 1.
  template <typename Visit>
  void each_container(Visit visit) const {
    constexpr std::uint32_t kFirst = 1;  // after the root word
    std::size_t depth = 0;
    for (std::uint32_t at = kFirst, end = after(kFirst); at < end; ++at) {
      switch (tag(at)) {
        case '{':
        case '[':
          visit(at, ++depth);
          break;
        case '}':
        case ']':
          --depth;
          break;
        case 'l':
        case 'u':
        case 'd':
          ++at;
          break;
        default:
          break;
      }
    }
  }
};

}  // namespace jobledger::daemon::json
