#include "json.h"

#include <stdexcept>

#include "daemon/json/writer.h"

namespace jobledger::daemon::e2e {

struct Json::Parsed {
  explicit Parsed(std::string of) : text(std::move(of)), document(json::Document::parse(text)) {}
  std::string text;
  ledger::Result<json::Document> document;
};

namespace {

void write(json::Writer& out, const json::Value& value) {
  if (value.is_null()) return out.null();
  if (value.is_boolean()) return out.boolean(value.boolean());
  if (value.is_string()) return out.string(value.string());
  if (value.is_number()) {
    auto whole = value.integer();
    return whole ? out.integer(*whole) : out.number(value.number());
  }
  if (value.is_array()) {
    out.begin_array();
    for (json::Value each : value.elements()) write(out, each);
    return out.end_array();
  }
  out.begin_object();
  for (const json::Member& member : value.members()) {
    out.key(member.name);
    write(out, member.value);
  }
  out.end_object();
}

std::string joined(const std::vector<Json>& values) {
  std::string text;
  for (const Json& each : values) {
    if (!text.empty()) text += ' ';
    text += each.is_string() ? each.text() : each.dump();
  }
  return text;
}

}  // namespace

Json::Json(std::string text) {
  auto parsed = std::make_shared<const Parsed>(std::move(text));
  if (!parsed->document) {
    throw std::runtime_error(parsed->document.error().message + ": " + parsed->text);
  }
  value_ = parsed->document->root();
  parsed_ = std::move(parsed);
}

Json Json::operator[](std::string_view name) const {
  if (!value_ || !value_->is_object()) return {};
  return {parsed_, value_->find(name)};
}

Json Json::operator[](int index) const {
  std::vector<Json> all = items();
  auto at = static_cast<std::size_t>(index);
  return at < all.size() ? all[at] : Json();
}

int Json::size() const {
  int count = 0;
  if (value_ && value_->is_array()) count = static_cast<int>(value_->elements().count());
  if (value_ && value_->is_object()) {
    for ([[maybe_unused]] const json::Member& each : value_->members()) ++count;
  }
  return count;
}

std::vector<Json> Json::items() const {
  std::vector<Json> all;
  if (!is_array()) return all;
  for (json::Value each : value_->elements()) all.push_back(Json(parsed_, each));
  return all;
}

std::string Json::names() const {
  std::string names;
  if (!value_ || !value_->is_object()) return names;
  for (const json::Member& member : value_->members()) {
    if (!names.empty()) names += ' ';
    names += member.name;
  }
  return names;
}

std::string Json::text() const {
  if (!is_string()) throw std::runtime_error("no string: " + dump());
  return std::string(value_->string());
}

std::int64_t Json::integer() const {
  auto whole = value_ ? value_->integer() : std::nullopt;
  if (!whole) throw std::runtime_error("no whole number: " + dump());
  return *whole;
}

std::string Json::dump() const {
  if (!value_) return "(missing)";
  std::string text;
  json::Writer out(text);
  write(out, *value_);
  return text;
}

std::string texts_of(const Json& array, std::string_view name) {
  std::vector<Json> values;
  for (const Json& each : array.items()) values.push_back(each[name]);
  return joined(values);
}

std::string texts_of(const Json& array) {
  return joined(array.items());
}

}  // namespace jobledger::daemon::e2e
