#include "daemon/json/writer.h"

#include <array>
#include <chrono>
#include <cmath>

#include "ledger/assert.h"
#include "ledger/utf8.h"

namespace jobledger::daemon::json {
namespace {

/// Bytes that a JSON string cannot take as they are, or that need a closer look.
constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> special{};
  for (std::size_t i = 0; i < special.size(); ++i) {
    special[i] = i < 0x20 || i == '"' || i == '\\' || i >= 0x80;
  }
  return special;
}
constexpr auto kSpecial = make_special();

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[static_cast<unsigned char>(c) & 15];
}

/// Writes `value` into `width` digits that end before `end`.
void put_digits(char* end, unsigned value, int width) {
  for (int i = 0; i < width; ++i) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto byte = static_cast<unsigned char>(text[at]);
    if (!kSpecial[byte]) {
      ++at;
      continue;
    }
    std::size_t length = byte < 0x80 ? 0 : ledger::utf8_length(text.substr(at));
    if (length > 0) {
      at += length;
      continue;
    }
    out += text.substr(copied, at - copied);
    if (byte < 0x80) {
      append_escape(out, text[at]);
    } else {
      out += "\xef\xbf\xbd";
    }
    copied = ++at;
  }
  out += text.substr(copied);
  out += '"';
}

void Writer::number(double value) {
  JL_ASSERT(std::isfinite(value));
  // As digits alone a whole number beyond 64 bits is none to many a reader, ours included.
  constexpr double kBeyond = 9.2e18;
  auto form =
      std::abs(value) < kBeyond ? std::chars_format::general : std::chars_format::scientific;
  std::array<char, 32> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, form).ptr;
  raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void Writer::time(ledger::TimeMs value) {
  namespace chrono = std::chrono;
  chrono::sys_time<chrono::milliseconds> point{chrono::milliseconds{value}};
  auto day = chrono::floor<chrono::days>(point);
  chrono::year_month_day date{day};
  int year = static_cast<int>(date.year());
  if (year < 0 || year > 9999) return string(ledger::to_rfc3339(value));
  auto in_day = static_cast<unsigned>((point - day).count());
  std::string_view form = "\"0000-00-00T00:00:00.000Z\"";
  std::array<char, 26> text;
  form.copy(text.data(), text.size());
  put_digits(text.data() + 5, static_cast<unsigned>(year), 4);
  put_digits(text.data() + 8, static_cast<unsigned>(date.month()), 2);
  put_digits(text.data() + 11, static_cast<unsigned>(date.day()), 2);
  put_digits(text.data() + 14, in_day / 3'600'000, 2);
  put_digits(text.data() + 17, in_day / 60'000 % 60, 2);
  put_digits(text.data() + 20, in_day / 1000 % 60, 2);
  put_digits(text.data() + 24, in_day % 1000, 3);
  raw({text.data(), text.size()});
}

}  // namespace jobledger::daemon::json
