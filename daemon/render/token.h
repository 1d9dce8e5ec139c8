#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/json/writer.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// A token as it was at a version.
struct TokenRecord {
  projections::TokenRow row;
  ledger::TimeMs created_at = 0;
  std::optional<ledger::TimeMs> revoked_at;
};

/// nullopt if it was not issued yet: later tokens and revocations may be folded, but are not
/// durable.
std::optional<TokenRecord> read_token(const projections::State& state, ledger::TokenId id,
                                      std::uint64_t version);

/// The members of a Token: all of it but the secret, which nobody has any more.
void token_members(json::Writer& out, const TokenRecord& token);

/// `{"items": [Token…], "next": null}`, of every token issued up to the version.
std::string tokens(const projections::State& state, std::uint64_t version);

}  // namespace jobledger::daemon::render
