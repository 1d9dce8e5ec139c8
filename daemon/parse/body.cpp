#include "daemon/parse/body.h"

namespace jobledger::daemon::parse {

std::optional<json::Document> read_object(std::string_view body, Problems& problems) {
  Path root;
  if (trim(body).empty()) {
    problems.add(root, "is empty: send a JSON object");
    return std::nullopt;
  }
  auto document = json::Document::parse(body);
  if (!document) {
    problems.add(root, "is not acceptable JSON: " + document.error().message);
    return std::nullopt;
  }
  if (!document->root().is_object()) {
    problems.add(root, type_message("a JSON object", document->root()));
    return std::nullopt;
  }
  return *std::move(document);
}

}  // namespace jobledger::daemon::parse
