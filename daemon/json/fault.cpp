#include "daemon/json/fault.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "ledger/utf8.h"

namespace jobledger::daemon::json {
namespace {

/// A recursive reader after the grammar of RFC 8259. Each step returns false once a fault is
/// noted, and stops there.
class Reader {
 public:
  Reader(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<Fault> read() {
    if (text_.starts_with("\xef\xbb\xbf")) {
      fail("a byte order mark stands before the JSON: leave it out");
    } else if (skip_space(); value(0)) {
      skip_space();
      if (at_ < text_.size()) fail("something follows the end of the document: remove it");
    }
    return std::move(fault_);
  }

 private:
  bool fail(std::string what) {
    fault_ = Fault{at_, std::move(what)};
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool done() const { return at_ >= text_.size(); }
  bool take(char wanted) {
    if (peek() != wanted || done()) return false;
    ++at_;
    return true;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }

  bool value(std::size_t depth) {
    if (done()) return fail("the text ends where a value should stand");
    switch (peek()) {
      case '{':
        return container(depth, '}', true);
      case '[':
        return container(depth, ']', false);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        break;
    }
    if (peek() == '-' || is_digit(peek())) return number();
    return fail("a value was expected: an object, array, string, number, true, false or null");
  }

  bool word(std::string_view wanted) {
    if (text_.substr(at_).starts_with(wanted)) {
      at_ += wanted.size();
      return true;
    }
    return fail("this is no value; `" + std::string(wanted) + "` may be meant");
  }

  bool container(std::size_t depth, char close, bool named) {
    if (depth == max_depth_) {
      return fail("objects and arrays stand more than " + std::to_string(max_depth_) +
                  " deep in one another");
    }
    ++at_;
    skip_space();
    if (take(close)) return true;
    for (;;) {
      if (named && !name()) return false;
      skip_space();
      if (!value(depth + 1)) return false;
      skip_space();
      if (take(close)) return true;
      if (!take(',')) return fail(std::string("a comma or `") + close + "` was expected");
      skip_space();
    }
  }

  bool name() {
    if (peek() != '"') return fail("a property name in double quotes was expected");
    if (!string()) return false;
    skip_space();
    return take(':') || fail("a colon was expected after the property name");
  }

  bool string() {
    ++at_;
    while (!done()) {
      auto c = static_cast<unsigned char>(peek());
      if (take('"')) return true;
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x20) {
        return fail("a control character in a string must be escaped");
      } else if (std::size_t length = ledger::utf8_length(text_.substr(at_)); length == 0) {
        return fail("these bytes are not UTF-8");
      } else {
        at_ += length;
      }
    }
    return fail("the text ends within a string");
  }

  bool escape() {
    std::size_t start = at_++;
    if (take('u')) {
      auto unit = hex_unit();
      if (!unit) return fail("\\u needs four hexadecimal digits");
      if (*unit < 0xd800 || *unit > 0xdfff) return true;
      if (*unit < 0xdc00 && take('\\') && take('u')) {
        auto low = hex_unit();
        if (low && *low >= 0xdc00 && *low <= 0xdfff) return true;
      }
      at_ = start;
      return fail("half of a surrogate pair stands alone");
    }
    if (done() || std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) {
      return fail("this is no escape of JSON");
    }
    ++at_;
    return true;
  }

  std::optional<unsigned> hex_unit() {
    unsigned unit = 0;
    std::string_view digits = text_.substr(at_, 4);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc{} || end != digits.data() + 4) return std::nullopt;
    at_ += 4;
    return unit;
  }

  bool digits() {
    if (!is_digit(peek())) return fail("a digit was expected");
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool number() {
    std::size_t start = at_;
    bool whole = true;
    take('-');
    if (take('0')) {
      if (is_digit(peek())) return fail("a number must not begin with a 0");
    } else if (!digits()) {
      return false;
    }
    if (take('.')) {
      whole = false;
      if (!digits()) return false;
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    return in_range(start, whole);
  }

  bool in_range(std::size_t start, bool whole) {
    std::string_view digits = text_.substr(start, at_ - start);
    if (whole) {
      std::int64_t narrow = 0;
      std::uint64_t wide = 0;
      const char* end = digits.data() + digits.size();
      if (std::from_chars(digits.data(), end, narrow).ec == std::errc{}) return true;
      if (std::from_chars(digits.data(), end, wide).ec == std::errc{}) return true;
      at_ = start;
      return fail("the integer needs more than 64 bits: send it as a string");
    }
    if (std::isfinite(std::strtod(std::string(digits).c_str(), nullptr))) return true;
    at_ = start;
    return fail("the number is beyond the range of a double: send it as a string");
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace

std::optional<Fault> find_fault(std::string_view text, std::size_t max_depth) {
  return Reader(text, max_depth).read();
}

std::string place_in(std::string_view text, std::size_t offset) {
  std::string_view before = text.substr(0, offset);
  auto line = 1 + std::count(before.begin(), before.end(), '\n');
  std::size_t newline = before.rfind('\n');
  std::size_t column = newline == std::string_view::npos ? offset + 1 : offset - newline;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace jobledger::daemon::json
