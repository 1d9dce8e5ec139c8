#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/ids.h"
#include "ledger/time.h"

namespace jobledger::daemon::json {

/// Appends `text` as a JSON string, quotes included. What is not UTF-8 becomes U+FFFD, one for
/// each bad byte, so the output is always valid JSON.
void append_string(std::string& out, std::string_view text);

/// Appends a JSON text piece by piece, building no tree. Commas are its business; that begins and
/// ends match, and that each member of an object has a key, is the caller's.
class Writer {
 public:
  /// `out` must outlive the writer; whatever is in it already stays.
  explicit Writer(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    separate();
    append_string(out_, name);
    out_ += ':';
    comma_ = false;
  }

  void string(std::string_view text) {
    separate();
    append_string(out_, text);
  }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  template <std::integral T>
  void integer(T value) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    raw({digits, static_cast<std::size_t>(end - digits)});
  }
  /// The shortest text that reads back as the same double. JSON has no infinity and no NaN:
  /// passing one is a bug.
  void number(double value);
  /// RFC 3339, as ledger::to_rfc3339.
  void time(ledger::TimeMs value);
  /// A text that is one JSON value already.
  void raw(std::string_view json) {
    separate();
    out_ += json;
  }

  void value(std::string_view text) { string(text); }
  void value(const char* text) { string(text); }
  void value(const std::string& text) { string(text); }
  void value(std::nullptr_t) { null(); }
  void value(const ledger::Ulid& id) {
    separate();
    out_ += '"';
    id.append_to(out_);
    out_ += '"';
  }
  template <std::same_as<bool> T>
  void value(T flag) {
    boolean(flag);
  }
  template <std::integral T>
  requires(!std::same_as<T, bool>) void value(T whole) { integer(whole); }
  template <std::floating_point T>
  void value(T real) {
    number(static_cast<double>(real));
  }
  /// nullopt is null.
  template <typename T>
  void value(const std::optional<T>& maybe) {
    if (maybe) {
      value(*maybe);
    } else {
      null();
    }
  }

  template <typename T>
  void field(std::string_view name, const T& of) {
    key(name);
    value(of);
  }
  void time_field(std::string_view name, ledger::TimeMs of) {
    key(name);
    time(of);
  }
  void time_field(std::string_view name, const std::optional<ledger::TimeMs>& of) {
    key(name);
    if (of) {
      time(*of);
    } else {
      null();
    }
  }
  void raw_field(std::string_view name, std::string_view json) {
    key(name);
    raw(json);
  }
  void begin_object(std::string_view name) {
    key(name);
    begin_object();
  }
  void begin_array(std::string_view name) {
    key(name);
    begin_array();
  }

 private:
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
  }
  void close(char bracket) {
    out_ += bracket;
    comma_ = true;
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace jobledger::daemon::json
