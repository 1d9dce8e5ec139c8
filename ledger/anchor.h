#pragma once

#include <string>

#include "ledger/result.h"
#include "ledger/signing_keys.h"
#include "ledger/store.h"

namespace jobledger::ledger {

// An anchor is the last signed checkpoint in a small file of its own, synced apart from the
// database: in the data directory, and wherever else the operator wants one. A database that was
// rolled back to an older copy, or whose history is another, does not go with it.

/// In the data directory. An anchor is written with `replace_durably`.
inline constexpr const char* kAnchorName = "anchor";

/// Whether the first `entries` entries of the store go with the anchor; a file that is not there
/// says nothing. A Failure says what is wrong and what to do.
Status check_anchor(const std::string& path, const Store& store, const SigningKeys& keys,
                    std::uint64_t entries);

/// The same of the last checkpoints in the store itself, which a copy that was rolled back as a
/// whole goes with, and a log that was rewritten does not.
Status check_signed(const Store& store, const SigningKeys& keys, std::uint64_t entries);

}  // namespace jobledger::ledger
