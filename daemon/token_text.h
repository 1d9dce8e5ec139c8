#pragma once

#include <string>
#include <string_view>

#include "ledger/command.h"

namespace jobledger::daemon {

/// A new token: `jl_` and 256 random bits as base64url (RFC 4648, 5). Shown once, never stored.
std::string make_token();

/// What is stored of it.
ledger::Sha256 hash_of_token(std::string_view token);

}  // namespace jobledger::daemon
