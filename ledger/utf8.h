#pragma once

#include <cstddef>
#include <string_view>

namespace jobledger::ledger {

/// The bytes of the character that `text` begins with, 1 to 4; 0 if it begins with none that
/// RFC 3629 allows (overlong forms, surrogates and what is beyond U+10FFFF are none).
inline std::size_t utf8_length(std::string_view text) {
  auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  auto follows = [&byte](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  unsigned first = byte(0);
  unsigned second = byte(1);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4 || !follows(1)) return 0;
  if (first < 0xe0) return 2;
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if (!follows(2)) return 0;
  if (first < 0xf0) return 3;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return follows(3) ? 4 : 0;
}

inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

/// Characters (code points) of valid UTF-8.
inline std::size_t utf8_count(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++count;
  }
  return count;
}

}  // namespace jobledger::ledger
