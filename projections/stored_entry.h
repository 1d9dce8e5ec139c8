#pragma once

#include <cstdint>
#include <string_view>

#include "ledger/entry.h"
#include "ledger/leaf_reader.h"
#include "ledger/result.h"
#include "projections/read_ahead.h"

namespace jobledger::projections {

/// The entry that was read, if its bytes are those that the hash tree has the hash of and say that
/// they are the entry of this index. A Failure names the index. Whether it can be folded is another
/// question (`fits`).
ledger::Result<const ledger::Entry*> stored_entry(const ReadEntry& read,
                                                  ledger::LeafReader& leaves);

/// `entry INDEX is damaged: HOW`.
ledger::Failure damaged_entry(std::uint64_t index, std::string_view how);

}  // namespace jobledger::projections
