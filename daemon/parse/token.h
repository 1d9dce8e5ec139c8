#pragma once

#include <string_view>

#include "daemon/parse/problem.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

/// The body of a token's creation: `{"team", "name", "scopes"?: array or csv, "expires"?: RFC 3339
/// after `now`}`; team and name are 1..64 of `[A-Za-z0-9_.-]`. Without scopes: Scopes::usual().
/// The hash is left to the caller.
Parsed<ledger::CreateToken> parse_token(std::string_view body, ledger::TimeMs now);

}  // namespace jobledger::daemon::parse
