#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/time.h"

/// Log lines on stderr: `log::info("ready", {{"version", version}, {"team", team}})`. Any thread
/// may call at any time; a line is written whole, at once, and never dropped. Secrets have no
/// place in a message or a field: nothing here can know one.
namespace jobledger::daemon::log {

enum class Level { debug, info, warn, error };
enum class Format { text, json };

template <typename T>
concept Text = std::convertible_to<const T&, std::string_view>;
template <typename T>
concept Unsigned = std::unsigned_integral<T> && !std::same_as<T, bool>;

/// One `key=value`. It refers to its texts, which must live until the call is over. Keys are
/// plain names and are not escaped.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  Field(std::string_view name, const Text auto& text) : key(name), value(std::string_view(text)) {}
  Field(std::string_view name, std::signed_integral auto number)
      : key(name), value(static_cast<std::int64_t>(number)) {}
  Field(std::string_view name, Unsigned auto number)
      : key(name), value(static_cast<std::uint64_t>(number)) {}
  Field(std::string_view name, std::floating_point auto number)
      : key(name), value(static_cast<double>(number)) {}
  Field(std::string_view name, std::same_as<bool> auto yes) : key(name), value(yes) {}

  std::string_view key;
  Value value;
};
using Fields = std::initializer_list<Field>;

/// From here on lines below `level` are left out. Until it is called: info, as text.
void configure(Level level, Format format);

/// What each line has that this thread writes while it lives, behind the line's own fields:
/// `requestId` and, if it is part of a trace, `traceId`. It refers to both texts.
class OfRequest {
 public:
  OfRequest(std::string_view request_id, std::string_view trace_id);
  ~OfRequest();
  OfRequest(const OfRequest&) = delete;
  OfRequest& operator=(const OfRequest&) = delete;

 private:
  friend void write(Level level, std::string_view message, std::span<const Field> fields);

  const std::string_view request_id_;
  const std::string_view trace_id_;
  const OfRequest* const outer_;
};

void write(Level level, std::string_view message, std::span<const Field> fields);
void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

/// One line without its end. Text: `TIME LEVEL message key=value`, values quoted where they are
/// not plain; JSON: one object (RFC 8259) with `time`, `level`, `message` and the fields. No text
/// from outside can start a line of its own: control characters are escaped in both. Bytes that
/// are not UTF-8 become `\xNN` in text and U+FFFD in JSON, which cannot hold them. A double that is
/// not finite is a string in JSON.
std::string format_line(Format format, ledger::TimeMs time, Level level, std::string_view message,
                        std::span<const Field> fields);

}  // namespace jobledger::daemon::log
