#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "daemon/openapi.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "tests/daemon/e2e/json.h"

// The OpenAPI document and the program: the same routes, scopes and errors, both ways. That the
// document is whole in itself, and that answers are as it says, is in tests/clients.

namespace jobledger::daemon::routes {
namespace {

using e2e::Json;
using ledger::Scope;
using Names = std::vector<std::string>;

struct Operation {
  std::string method;
  std::string path;
  Json json;
};

Names split(const std::string& text, char separator) {
  Names parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

Json document() {
  // Never ends: its parser would go back to the thread's own, which end before what is static does.
  static const Json& parsed = *new Json{std::string(openapi_document())};
  return parsed;
}

std::vector<Operation> operations() {
  std::vector<Operation> found;
  Json paths = document()["paths"];
  for (const std::string& path : split(paths.names(), ' ')) {
    for (const char* method : {"get", "put", "post", "patch", "delete"}) {
      Json operation = paths[path][method];
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      if (!operation.missing()) found.push_back({upper, path, operation});
    }
  }
  return found;
}

/// What a reference leads to; the node itself if it is none.
Json resolved(Json node) {
  if (node["$ref"].missing()) return node;
  Json at = document();
  for (const std::string& name : split(node["$ref"].text().substr(2), '/')) at = at[name];
  return at;
}

bool is_parameter(const std::string& segment) {
  return segment.starts_with('{');
}

/// Whether the path of the document is one of the pattern's. One that ends in `*}` takes all the
/// rest, which the document has as parameters.
bool fits(std::string_view pattern, const std::string& path) {
  Names wanted = split(std::string(pattern), '/');
  Names given = split(path, '/');
  bool takes_rest = pattern.ends_with("*}");
  if (takes_rest ? given.size() < wanted.size() : given.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string& segment = wanted[std::min(i, wanted.size() - 1)];
    if (is_parameter(segment) ? !is_parameter(given[i]) : segment != given[i]) return false;
  }
  return true;
}

bool is_of(const Operation& operation, const Route& route) {
  return route.method == operation.method && fits(route.pattern, operation.path);
}

bool is_command(const Route& route) {
  return std::holds_alternative<CommandRoute>(route.handler);
}

using Errors = std::set<std::pair<int, std::string>>;

/// Adds the codes that the schema of an error allows.
void add_codes(Json schema, int status, Errors& errors) {
  schema = resolved(schema);
  Json code = schema["properties"]["code"];
  for (const Json& each : code["enum"].items()) errors.emplace(status, each.text());
  if (code["const"].is_string()) errors.emplace(status, code["const"].text());
  for (const char* kind : {"allOf", "oneOf"}) {
    for (const Json& part : schema[kind].items()) add_codes(part, status, errors);
  }
}

Errors errors_of_document() {
  Errors errors;
  for (const Operation& operation : operations()) {
    Json responses = operation.json["responses"];
    for (const std::string& status : split(responses.names(), ' ')) {
      if (status < "400") continue;
      Json content = resolved(responses[status])["content"]["application/json"];
      add_codes(content["schema"], std::stoi(status), errors);
    }
  }
  return errors;
}

Errors errors_of_program() {
  Errors errors;
  for (const render::KnownError& error : render::kErrors) {
    errors.emplace(error.status, error.code);
  }
  for (std::uint8_t i = 0; i < ledger::kRefusalCodes; ++i) {
    auto code = static_cast<ledger::RefusalCode>(i);
    errors.emplace(render::status_of(code), name_of(code));
  }
  return errors;
}

}  // namespace

TEST_CASE("every route is in the OpenAPI document, with its scope", "[openapi]") {
  const std::vector<Operation> all = operations();
  for (const Route& route : table()) {
    INFO(route.method << ' ' << route.pattern);
    std::size_t count = 0;
    for (const Operation& operation : all) {
      if (!is_of(operation, route)) continue;
      ++count;
      Json security = operation.json["security"];
      REQUIRE(security.is_array());
      CHECK((security.size() == 0) == route.open);
      std::vector<Json> scopes = security[0]["bearer"].items();
      if (!route.open) {
        CHECK(std::any_of(scopes.begin(), scopes.end(),
                          [&](const Json& scope) { return scope == name_of(route.scope); }));
      }
      if (route.scope == Scope::audit_read && scopes.size() == 1) {
        CHECK(security[1]["bearer"][0] == "audit:all");
      }
    }
    CHECK(count == 1);
  }
}

TEST_CASE("every operation of the OpenAPI document is a route", "[openapi]") {
  CHECK(operations().size() == table().size());
  for (const Operation& operation : operations()) {
    INFO(operation.method << ' ' << operation.path);
    CHECK(std::any_of(table().begin(), table().end(),
                      [&](const Route& route) { return is_of(operation, route); }));
  }
}

TEST_CASE("what each command may be answered is in the OpenAPI document", "[openapi]") {
  for (const Operation& operation : operations()) {
    INFO(operation.method << ' ' << operation.path);
    auto route = std::find_if(table().begin(), table().end(),
                              [&](const Route& each) { return is_of(operation, each); });
    REQUIRE(route != table().end());
    Json responses = operation.json["responses"];
    for (const char* status : {"409", "422", "507"}) {
      INFO(status);
      if (is_command(*route)) CHECK_FALSE(responses[status].missing());
    }
    CHECK((responses["422"].missing()) == !is_command(*route));
    CHECK((responses["412"].missing()) == (route->plan == nullptr));
  }
}

TEST_CASE("the errors of the program are those of the OpenAPI document", "[openapi]") {
  const Errors told = errors_of_document();
  const Errors known = errors_of_program();
  for (const auto& [status, code] : known) {
    INFO(status << ' ' << code << " is in no answer of the document");
    CHECK(told.contains({status, code}));
  }
  for (const auto& [status, code] : told) {
    INFO(status << ' ' << code << " is in the document, and nothing answers it");
    CHECK(known.contains({status, code}));
  }
}

}  // namespace jobledger::daemon::routes
