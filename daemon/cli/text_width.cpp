#include "daemon/cli/text_width.h"

#include <algorithm>
#include <clocale>
#include <cwchar>

namespace jobledger::daemon::cli {
namespace {

constexpr std::string_view kColour = "\x1b[";
constexpr std::string_view kCut = "…";

/// UTF-8 within its life, whatever the locale of the program is.
class Utf8Locale {
 public:
  Utf8Locale() : before_(uselocale(locale())) {}
  ~Utf8Locale() { uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;

 private:
  static locale_t locale() {
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;  // null changes nothing, and characters are counted as bytes
  }

  locale_t before_;
};

struct Piece {
  std::size_t bytes;
  std::size_t columns;
};

/// The character at the front, or the change of colour.
Piece first_piece(std::string_view text) {
  if (text.starts_with(kColour)) {
    std::size_t end = text.find('m');
    return {end == text.npos ? text.size() : end + 1, 0};
  }
  wchar_t character = 0;
  std::mbstate_t state{};
  std::size_t bytes = std::mbrtowc(&character, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) return {1, 1};
  int columns = wcwidth(character);
  return {bytes, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

}  // namespace

std::size_t text_width(std::string_view text) {
  Utf8Locale utf8;
  std::size_t columns = 0;
  while (!text.empty()) {
    Piece piece = first_piece(text);
    columns += piece.columns;
    text.remove_prefix(piece.bytes);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (text_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  Utf8Locale utf8;
  std::size_t bytes = 0;
  for (std::size_t left = columns - 1;;) {
    Piece piece = first_piece(text.substr(bytes));
    if (piece.columns > left) break;
    left -= piece.columns;
    bytes += piece.bytes;
  }
  return std::string(text.substr(0, bytes)) + std::string(kCut);
}

std::string wrapped(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    std::string_view word = text.substr(0, end);
    std::size_t width = text_width(word);
    if (used > 0 && used + 1 + width > columns) {
      out += '\n';
      used = 0;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += width;
    bool ends = end < text.size() && text[end] == '\n';
    if (ends) out += '\n';
    if (ends) used = 0;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace jobledger::daemon::cli
