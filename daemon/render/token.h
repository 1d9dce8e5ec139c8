#pragma once

#include "daemon/json/writer.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// The members of a Token: all of it but the secret, which nobody has any more.
void token_members(json::Writer& out, const projections::State& state,
                   const projections::TokenRow& row);

/// `{"items": [Token…], "next": null}`, of every token issued up to the version.
std::string tokens(const projections::State& state, std::uint64_t version);

}  // namespace jobledger::daemon::render
