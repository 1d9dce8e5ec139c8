#include "daemon/parse/token.h"

#include <algorithm>

#include "daemon/parse/body.h"

namespace jobledger::daemon::parse {
namespace {

constexpr std::size_t kMaxName = 64;

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::string read_name(const Fields& fields, std::string_view name) {
  std::string_view wanted = "give 1 to 64 characters of A-Z, a-z, 0-9, _, . and -";
  auto text = fields.required_string(name, wanted);
  if (!text) return {};
  if (text->empty() || text->size() > kMaxName ||
      !std::all_of(text->begin(), text->end(), is_name_character)) {
    fields.wrong(name, "is no name: " + std::string(wanted));
  }
  return std::string(*text);
}

std::string known_scopes() {
  std::string names;
  for (std::string_view name : ledger::Scopes::all().names()) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

void add_scope(ledger::Scopes& scopes, std::string_view name, const Path& path,
               Problems& problems) {
  bool one = name.find(',') == std::string_view::npos;
  auto scope = one ? ledger::Scopes::parse(name) : std::nullopt;
  if (!scope) return problems.add(path, "must be of " + known_scopes());
  scopes = ledger::Scopes(static_cast<std::uint16_t>(scopes.bits() | scope->bits()));
}

ledger::Scopes read_scopes(const Fields& fields) {
  auto value = fields.any("scopes");
  if (!value) return ledger::Scopes::usual();
  ledger::Scopes scopes;
  Path path = fields.at("scopes");
  Problems& problems = fields.problems();
  if (value->is_string()) {
    each_of_csv(value->string(),
                [&](std::string_view name) { add_scope(scopes, name, path, problems); });
  } else if (value->is_array()) {
    std::size_t index = 0;
    for (json::Value name : value->elements()) {
      Path place(path, index++);
      if (name.is_string()) {
        add_scope(scopes, name.string(), place, problems);
      } else {
        problems.add(place, type_message("a string", name));
      }
    }
  } else {
    fields.wrong("scopes", type_message("an array of strings or a csv string", *value));
  }
  if (problems.empty() && scopes == ledger::Scopes{}) {
    fields.wrong("scopes", "must name a scope: leave it out for the usual ones");
  }
  return scopes;
}

std::optional<ledger::TimeMs> read_expires(const Fields& fields, ledger::TimeMs now) {
  auto text = fields.string("expires");
  if (!text) return std::nullopt;
  auto time = ledger::from_rfc3339(*text);
  if (!time) {
    fields.wrong("expires", "must be an RFC 3339 time, such as 2026-01-31T23:59:59Z");
  } else if (*time <= now) {
    fields.wrong("expires", "must lie in the future");
  }
  return time;
}

std::uint32_t read_confirm_above(const Fields& fields) {
  return static_cast<std::uint32_t>(fields.integer("confirmAbove", 0, 1'000'000).value_or(0));
}

}  // namespace

Parsed<ledger::CreateToken> parse_token(std::string_view body, ledger::TimeMs now) {
  return parse_body<ledger::CreateToken>(body, [&](const json::Document&, const Fields& fields) {
    ledger::CreateToken token;
    token.team = read_name(fields, "team");
    token.name = read_name(fields, "name");
    token.scopes = read_scopes(fields);
    token.expires = read_expires(fields, now);
    token.confirm_above = read_confirm_above(fields);
    return token;
  });
}

}  // namespace jobledger::daemon::parse
