#include "ledger/actor.h"

#include <catch2/catch.hpp>

namespace jobledger::tests {
namespace {

using ledger::Scope;
using ledger::Scopes;

std::string names(Scopes scopes) {
  std::string text;
  for (std::string_view name : scopes.names()) text.append(name).append(" ");
  return text;
}

}  // namespace

TEST_CASE("scopes are read from their names", "[actor]") {
  CHECK(Scopes::parse("jobs:read") == Scopes().with(Scope::jobs_read));
  CHECK(Scopes::parse("worker,jobs:read") == Scopes().with(Scope::jobs_read).with(Scope::worker));
  CHECK(Scopes::parse("worker,worker") == Scopes().with(Scope::worker));
  CHECK(Scopes::parse("jobs:read,jobs:write,jobs:cancel,worker,audit:read,audit:all,admin") ==
        Scopes::all());
  for (const char* text : {"", ",", "worker,", ",worker", "worker,,admin", "Worker", "worker ",
                           "jobs", "jobs:read;worker", "nonsense"}) {
    INFO(text);
    CHECK_FALSE(Scopes::parse(text));
  }
}

TEST_CASE("scopes are named in one order", "[actor]") {
  CHECK(names(Scopes::all()) ==
        "jobs:read jobs:write jobs:cancel worker audit:read audit:all admin ");
  CHECK(names(Scopes::usual()) == "jobs:read jobs:write jobs:cancel worker audit:read ");
  CHECK(names(Scopes()).empty());
}

TEST_CASE("the bits of scopes are stored and stay", "[actor]") {
  CHECK(static_cast<int>(Scope::jobs_read) == 1);
  CHECK(static_cast<int>(Scope::jobs_write) == 2);
  CHECK(static_cast<int>(Scope::jobs_cancel) == 4);
  CHECK(static_cast<int>(Scope::worker) == 8);
  CHECK(static_cast<int>(Scope::audit_read) == 16);
  CHECK(static_cast<int>(Scope::audit_all) == 32);
  CHECK(static_cast<int>(Scope::admin) == 64);
}

TEST_CASE("a token has what it was given alone", "[actor]") {
  CHECK_FALSE(Scopes().has(Scope::jobs_read));
  CHECK(Scopes::usual().has(Scope::worker));
  CHECK_FALSE(Scopes::usual().has(Scope::audit_all));
  CHECK_FALSE(Scopes::usual().has(Scope::admin));
}

}  // namespace jobledger::tests
