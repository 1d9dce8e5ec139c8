#include "daemon/logging.h"

#include <array>
#include <charconv>
#include <cmath>

#include "daemon/json/writer.h"
#include "ledger/utf8.h"

namespace jobledger::daemon::log {
namespace {

constexpr std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "";
}

std::string digits_of(double number) {
  std::array<char, 32> digits;
  auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

void append_hex(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\x";
  out += kHex[byte >> 4U];
  out += kHex[byte & 15U];
}

/// Appends `text` with controls and bytes that are not UTF-8 escaped, and, if it is to stand
/// between quotes, the quote and the backslash too.
void append_escaped(std::string& out, std::string_view text, bool quoted) {
  while (!text.empty()) {
    auto byte = static_cast<unsigned char>(text.front());
    std::size_t length = ledger::utf8_length(text);
    if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      append_hex(out, byte);
    } else {
      if (quoted && (byte == '"' || byte == '\\')) out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

bool is_plain(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return true;
}

struct TextValue {
  std::string& out;

  void operator()(std::string_view text) const {
    if (is_plain(text)) {
      out += text;
      return;
    }
    out += '"';
    append_escaped(out, text, true);
    out += '"';
  }
  void operator()(bool yes) const { out += yes ? "true" : "false"; }
  void operator()(double number) const { out += digits_of(number); }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(std::uint64_t number) const { out += std::to_string(number); }
};

struct JsonValue {
  json::Writer& writer;

  void operator()(double number) const {
    std::isfinite(number) ? writer.number(number) : writer.string(digits_of(number));
  }
  void operator()(auto value) const { writer.value(value); }
};

std::string text_line(ledger::TimeMs time, Level level, std::string_view message,
                      std::span<const Field> fields) {
  std::string out = ledger::to_rfc3339(time);
  out += ' ';
  out += name_of(level);
  out += ' ';
  append_escaped(out, message, false);
  for (const Field& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    std::visit(TextValue{out}, field.value);
  }
  return out;
}

std::string json_line(ledger::TimeMs time, Level level, std::string_view message,
                      std::span<const Field> fields) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.time_field("time", time);
  writer.field("level", name_of(level));
  writer.field("message", message);
  for (const Field& field : fields) {
    writer.key(field.key);
    std::visit(JsonValue{writer}, field.value);
  }
  writer.end_object();
  return out;
}

}  // namespace

std::string format_line(Format format, ledger::TimeMs time, Level level, std::string_view message,
                        std::span<const Field> fields) {
  return format == Format::json ? json_line(time, level, message, fields)
                                : text_line(time, level, message, fields);
}

}  // namespace jobledger::daemon::log
