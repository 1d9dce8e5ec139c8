#pragma once

#include <cstdint>
#include <optional>
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

/// What the Failure of an entry of a later version begins with.
inline constexpr std::string_view kLaterVersion = "a later version of jobledger";

/// `entry INDEX is damaged: HOW`.
ledger::Failure damaged_entry(std::uint64_t index, std::string_view how);

/// Why an entry whose bytes are those that were written can be read by a later version of the
/// program alone; nullopt if that is not so.
std::optional<ledger::Failure> later_entry(const ReadEntry& read);
std::optional<ledger::Failure> later_entry(std::uint64_t index, std::string_view bytes);

}  // namespace jobledger::projections
