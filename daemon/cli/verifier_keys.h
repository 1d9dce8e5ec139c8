#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/commands.h"
#include "ledger/signed_note.h"

namespace jobledger::daemon::cli {

/// What `--key` was given; nullopt if one is none, which is said.
std::optional<std::vector<ledger::VerifierKey>> verifier_keys(const std::vector<std::string>& texts,
                                                              Console console);

}  // namespace jobledger::daemon::cli
