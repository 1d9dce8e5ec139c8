#pragma once

#include <optional>
#include <string_view>

#include "daemon/json/document.h"
#include "daemon/parse/fields.h"
#include "daemon/parse/problem.h"
#include "daemon/parse/text.h"

namespace jobledger::daemon::parse {

/// The body as a JSON object; else a problem is noted.
std::optional<json::Document> read_object(std::string_view body, Problems& problems);

/// Reads a body that must be a JSON object: `read(document, fields)` gives what it asks for, and
/// notes what is wrong with the fields.
template <typename T, typename Read>
Parsed<T> parse_body(std::string_view body, Read read) {
  Parsed<T> parsed;
  Problems problems;
  Path root;
  if (auto document = read_object(body, problems)) {
    parsed.value = read(*document, Fields(document->root(), root, problems));
  }
  parsed.problems = problems.take();
  if (!parsed.ok()) parsed.value = T{};
  return parsed;
}

/// The same, where no body at all means `{}`.
template <typename T, typename Read>
Parsed<T> parse_optional_body(std::string_view body, Read read) {
  return parse_body<T>(trim(body).empty() ? std::string_view("{}") : body, read);
}

}  // namespace jobledger::daemon::parse
