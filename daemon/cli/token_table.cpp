#include "daemon/cli/table.h"
#include "daemon/cli/token_store.h"
#include "daemon/json/document.h"

namespace jobledger::daemon::cli {
namespace {

std::string text_of(const json::Value& item, std::string_view name) {
  auto value = item.find(name);
  return value && value->is_string() ? std::string(value->string()) : "-";
}

std::string scopes_of(const json::Value& item) {
  std::string text;
  auto scopes = item.find("scopes");
  if (!scopes || !scopes->is_array()) return "-";
  for (json::Value scope : scopes->elements()) {
    if (scope.is_string()) text += (text.empty() ? "" : ",") + std::string(scope.string());
  }
  return text;
}

}  // namespace

ledger::Result<std::string> token_table(const std::string& json) {
  auto document = json::Document::parse(json);
  if (!document) return document.error();
  auto items = document->root().is_object() ? document->root().find("items") : std::nullopt;
  if (!items || !items->is_array()) return ledger::Failure{"the answer holds no list of tokens"};
  std::vector<std::vector<std::string>> rows = {
      {"ID", "TEAM", "NAME", "SCOPES", "CREATED", "EXPIRES", "REVOKED"}};
  for (json::Value item : items->elements()) {
    rows.push_back({text_of(item, "id"), text_of(item, "team"), text_of(item, "name"),
                    scopes_of(item), text_of(item, "createdAt"), text_of(item, "expires"),
                    text_of(item, "revokedAt")});
  }
  return table(rows);
}

}  // namespace jobledger::daemon::cli
