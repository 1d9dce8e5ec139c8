#include "daemon/cli/fields.h"

#include "daemon/render/one_line.h"

namespace jobledger::daemon::cli {
namespace {

std::optional<json::Value> member(const json::Value& object, std::string_view name) {
  return object.is_object() ? object.find(name) : std::nullopt;
}

}  // namespace

std::string text_of(const json::Value& object, std::string_view name, std::string absent) {
  auto value = member(object, name);
  if (value && value->is_string()) return render::one_line(std::string(value->string()));
  auto whole = value && value->is_number() ? value->integer() : std::nullopt;
  return whole ? std::to_string(*whole) : absent;
}

std::optional<json::Value> object_of(const json::Value& object, std::string_view name) {
  auto value = member(object, name);
  return value && value->is_object() ? value : std::nullopt;
}

std::int64_t number_of(const json::Value& object, std::string_view name) {
  auto value = member(object, name);
  return value && value->is_number() ? value->integer().value_or(0) : 0;
}

std::vector<json::Value> items_of(const json::Value& object, std::string_view name) {
  std::vector<json::Value> items;
  auto value = member(object, name);
  if (!value || !value->is_array()) return items;
  for (json::Value item : value->elements()) {
    if (item.is_object()) items.push_back(item);
  }
  return items;
}

std::string who(const json::Value& entry) {
  auto actor = member(entry, "actor");
  std::string text = actor ? text_of(*actor, "name", "-") : "-";
  std::string person = text_of(entry, "onBehalfOf");
  return person.empty() ? text : text + " for " + person;
}

}  // namespace jobledger::daemon::cli
