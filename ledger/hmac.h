#pragma once

#include <string_view>

#include "ledger/command.h"

namespace jobledger::ledger {

/// HMAC-SHA256 (RFC 2104).
Sha256 hmac_sha256(std::string_view key, std::string_view text);

}  // namespace jobledger::ledger
