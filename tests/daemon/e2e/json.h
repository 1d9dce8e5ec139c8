#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/document.h"

namespace jobledger::daemon::e2e {

/// A JSON value that a test looks into. What is not there is `missing()`, and so is whatever is
/// looked for in it, so that a comparison fails and shows that.
class Json {
 public:
  Json() = default;
  /// Throws if the text is not JSON.
  explicit Json(std::string text);

  Json operator[](std::string_view name) const;
  Json operator[](int index) const;

  bool missing() const { return !value_; }
  bool is_null() const { return value_ && value_->is_null(); }
  bool is_true() const { return value_ && value_->is_boolean() && value_->boolean(); }
  bool is_array() const { return value_ && value_->is_array(); }
  bool is_string() const { return value_ && value_->is_string(); }
  bool is_number() const { return value_ && value_->is_number(); }
  /// Of an array or an object; 0 of anything else.
  int size() const;
  /// The elements of an array; none of anything else.
  std::vector<Json> items() const;
  /// The names of an object's members, in their order, with spaces between.
  std::string names() const;
  /// Of a string; throws of anything else.
  std::string text() const;
  std::int64_t integer() const;
  /// As JSON again, without spaces.
  std::string dump() const;

  friend bool operator==(const Json& a, std::string_view b) {
    return a.is_string() && a.value_->string() == b;
  }
  template <std::integral T>
  friend bool operator==(const Json& a, T b) {
    return a.value_ && a.value_->integer() == static_cast<std::int64_t>(b);
  }
  friend bool operator==(const Json& a, std::nullptr_t) { return a.is_null(); }
  friend bool operator==(const Json& a, const Json& b) { return a.dump() == b.dump(); }
  friend std::ostream& operator<<(std::ostream& out, const Json& json) {
    return out << json.dump();
  }

 private:
  struct Parsed;
  Json(std::shared_ptr<const Parsed> of, std::optional<json::Value> value)
      : parsed_(std::move(of)), value_(std::move(value)) {}

  std::shared_ptr<const Parsed> parsed_;
  std::optional<json::Value> value_;
};

/// The strings under `name` of each element, with spaces between: `"queued pending"`.
std::string texts_of(const Json& array, std::string_view name);
/// The strings of an array, with spaces between.
std::string texts_of(const Json& array);

}  // namespace jobledger::daemon::e2e
