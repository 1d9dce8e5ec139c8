#include "ledger/actor.h"

#include <array>

namespace jobledger::ledger {
namespace {

struct Named {
  Scope scope;
  std::string_view name;
};

constexpr std::array<Named, 7> kNames = {{{Scope::jobs_read, "jobs:read"},
                                          {Scope::jobs_write, "jobs:write"},
                                          {Scope::jobs_cancel, "jobs:cancel"},
                                          {Scope::worker, "worker"},
                                          {Scope::audit_read, "audit:read"},
                                          {Scope::audit_all, "audit:all"},
                                          {Scope::admin, "admin"}}};

std::optional<Scope> scope_named(std::string_view name) {
  for (const Named& named : kNames) {
    if (named.name == name) return named.scope;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Scope scope) {
  for (const Named& named : kNames) {
    if (named.scope == scope) return named.name;
  }
  return "unknown";
}

std::vector<std::string_view> Scopes::names() const {
  std::vector<std::string_view> names;
  for (const Named& named : kNames) {
    if (has(named.scope)) names.push_back(named.name);
  }
  return names;
}

std::optional<Scope> Scopes::first_missing(Scopes needed) const {
  for (const Named& named : kNames) {
    if (needed.has(named.scope) && !has(named.scope)) return named.scope;
  }
  return std::nullopt;
}

std::optional<Scopes> Scopes::parse(std::string_view csv) {
  Scopes scopes;
  for (std::size_t at = 0; at <= csv.size();) {
    std::size_t end = std::min(csv.find(',', at), csv.size());
    auto scope = scope_named(csv.substr(at, end - at));
    if (!scope) return std::nullopt;
    scopes = scopes.with(*scope);
    at = end + 1;
  }
  return scopes;
}

}  // namespace jobledger::ledger
