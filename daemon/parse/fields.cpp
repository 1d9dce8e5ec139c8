#include "daemon/parse/fields.h"

namespace jobledger::daemon::parse {
namespace {

std::string_view type_of(const json::Value& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

std::string range_text(std::string_view type, std::string least, std::string most) {
  return "must be " + std::string(type) + " from " + std::move(least) + " to " + std::move(most);
}

}  // namespace

std::string type_message(std::string_view wanted, const json::Value& found) {
  return "must be " + std::string(wanted) + ", not " + std::string(type_of(found));
}

std::optional<json::Value> Fields::any(std::string_view name) const {
  auto value = object_.find(name);
  return value && !value->is_null() ? value : std::nullopt;
}

std::optional<json::Value> Fields::typed(std::string_view name, Is is,
                                         std::string_view type) const {
  auto value = any(name);
  if (!value || ((*value).*is)()) return value;
  wrong(name, type_message(type, *value));
  return std::nullopt;
}

std::optional<json::Value> Fields::required(std::string_view name, Is is, std::string_view type,
                                            std::string_view what) const {
  if (!any(name)) {
    wrong(name, "is required: " + std::string(what));
    return std::nullopt;
  }
  return typed(name, is, type);
}

std::optional<std::string_view> Fields::string(std::string_view name) const {
  auto value = typed(name, &json::Value::is_string, "a string");
  return value ? std::optional(value->string()) : std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view name) const {
  auto value = typed(name, &json::Value::is_boolean, "a boolean");
  return value ? std::optional(value->boolean()) : std::nullopt;
}

std::optional<double> Fields::number(std::string_view name, double least, double most) const {
  auto value = typed(name, &json::Value::is_number, "a number");
  if (!value) return std::nullopt;
  double number = value->number();
  if (number >= least && number <= most) return number;
  wrong(name, range_text("a number", std::to_string(static_cast<std::int64_t>(least)),
                         std::to_string(static_cast<std::int64_t>(most))));
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t least,
                                            std::int64_t most) const {
  auto value = typed(name, &json::Value::is_number, "an integer");
  if (!value) return std::nullopt;
  auto integer = value->integer();
  if (integer && *integer >= least && *integer <= most) return integer;
  wrong(name, range_text("an integer", std::to_string(least), std::to_string(most)));
  return std::nullopt;
}

std::optional<json::Value> Fields::array(std::string_view name) const {
  return typed(name, &json::Value::is_array, "an array");
}

std::optional<json::Value> Fields::object(std::string_view name) const {
  return typed(name, &json::Value::is_object, "an object");
}

std::optional<std::string_view> Fields::required_string(std::string_view name,
                                                        std::string_view what) const {
  auto value = required(name, &json::Value::is_string, "a string", what);
  return value ? std::optional(value->string()) : std::nullopt;
}

std::optional<json::Value> Fields::required_array(std::string_view name,
                                                  std::string_view what) const {
  return required(name, &json::Value::is_array, "an array", what);
}

std::optional<json::Value> Fields::required_object(std::string_view name,
                                                   std::string_view what) const {
  return required(name, &json::Value::is_object, "an object", what);
}

std::optional<std::string_view> Fields::required_text(std::string_view name,
                                                      std::string_view what) const {
  auto text = required_string(name, what);
  if (!text || !text->empty()) return text;
  wrong(name, "must not be empty: " + std::string(what));
  return std::nullopt;
}

}  // namespace jobledger::daemon::parse
