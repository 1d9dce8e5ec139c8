#pragma once

#include <cstdint>
#include <vector>

#include "ledger/projection.h"
#include "projections/entry_set.h"

namespace jobledger::projections {

/// The first `most` entries in [from, version) that are in every set, and so all of them if there
/// is no set, oldest first. `locked` keeps the fold out for a slice of work, which is small however
/// large the sets.
std::vector<std::uint64_t> entries_in_all(const std::vector<const EntrySet*>& sets,
                                          std::uint64_t from, std::uint64_t version,
                                          std::size_t most,
                                          const ledger::Projection::Locked& locked);

/// The same, of the entries given, in ascending order.
std::vector<std::uint64_t> entries_in_all(const std::vector<const EntrySet*>& sets,
                                          const std::vector<std::uint64_t>& of, std::uint64_t from,
                                          std::uint64_t version, std::size_t most,
                                          const ledger::Projection::Locked& locked);

// The same from the other end: the last `most` of them, newest first.
std::vector<std::uint64_t> newest_in_all(const std::vector<const EntrySet*>& sets,
                                         std::uint64_t from, std::uint64_t version,
                                         std::size_t most,
                                         const ledger::Projection::Locked& locked);
std::vector<std::uint64_t> newest_in_all(const std::vector<const EntrySet*>& sets,
                                         const std::vector<std::uint64_t>& of, std::uint64_t from,
                                         std::uint64_t version, std::size_t most,
                                         const ledger::Projection::Locked& locked);

}  // namespace jobledger::projections
