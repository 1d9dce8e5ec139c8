#pragma once

#include <cstdint>

#include "ledger/result.h"
#include "ledger/signed_note.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// The last note of a key: of the tree up to the entry that puts another in its place. Without it
/// anybody with the disk could write an entry that hands the ledger to a key of his. Durable; it is
/// made once, and again is no harm.
Status hand_over(Store& store, const SigningKey& key, std::uint64_t entry);

}  // namespace jobledger::ledger
