#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/json/value.h"
#include "daemon/parse/problem.h"

namespace jobledger::daemon::parse {

/// The typed properties of one object. A getter gives nullopt if the property is absent or null
/// (which are the same to us), and also, noting a problem, if it is of another type.
class Fields {
 public:
  /// `path` and `problems` must outlive it.
  Fields(json::Value object, const Path& path, Problems& problems)
      : object_(object), path_(path), problems_(problems) {}

  std::optional<json::Value> any(std::string_view name) const;
  std::optional<std::string_view> string(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<double> number(std::string_view name, double least, double most) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least,
                                      std::int64_t most) const;
  std::optional<json::Value> array(std::string_view name) const;
  std::optional<json::Value> object(std::string_view name) const;

  // As above, but absence is a problem too; `what` says what is wanted, as in "is required: …".
  std::optional<std::string_view> required_string(std::string_view name,
                                                  std::string_view what) const;
  std::optional<json::Value> required_array(std::string_view name, std::string_view what) const;
  std::optional<json::Value> required_object(std::string_view name, std::string_view what) const;
  /// Neither absent nor empty.
  std::optional<std::string_view> required_text(std::string_view name, std::string_view what) const;

  Path at(std::string_view name) const { return {path_, name}; }
  const Path& path() const { return path_; }
  Problems& problems() const { return problems_; }
  void wrong(std::string_view name, std::string message) const {
    problems_.add(at(name), std::move(message));
  }

 private:
  using Is = bool (json::Value::*)() const;
  std::optional<json::Value> typed(std::string_view name, Is is, std::string_view type) const;
  std::optional<json::Value> required(std::string_view name, Is is, std::string_view type,
                                      std::string_view what) const;

  json::Value object_;
  const Path& path_;
  Problems& problems_;
};

/// "must be an object, not a string".
std::string type_message(std::string_view wanted, const json::Value& found);

}  // namespace jobledger::daemon::parse
