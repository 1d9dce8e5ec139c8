#include "daemon/render/one_line.h"

#include <string_view>

namespace jobledger::daemon::render {
namespace {

/// The bytes at the front that are such a character; 0 if it is another.
std::size_t unprintable(std::string_view text) {
  auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) <= 0x9f) return 2;  // C1: U+0080 to U+009F
  if (byte(0) != 0xe2) return 0;
  bool separator = byte(1) == 0x80 && (byte(2) == 0xa8 || byte(2) == 0xa9);    // U+2028, U+2029
  bool direction = (byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae) ||  // U+202A to U+202E
                   (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9);    // U+2066 to U+2069
  return separator || direction ? 3 : 0;
}

}  // namespace

std::string one_line(std::string text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t bytes = unprintable(std::string_view(text).substr(at));
    if (bytes > 0) text.replace(at, bytes, " ");
  }
  return text;
}

}  // namespace jobledger::daemon::render
