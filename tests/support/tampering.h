#pragma once

#include <functional>
#include <memory>

#include "ledger/entry.h"
#include "ledger/store.h"

namespace jobledger::tests {

/// What somebody does to a store behind the ledger's back.

void put_entry(ledger::Store& store, std::uint64_t index, const std::string& bytes);
void put_tree(ledger::Store& store, const std::string& key, const std::string& row);

/// Writes other bytes in place of an entry, and their leaf in place of its leaf.
void forge(ledger::Store& store, std::uint64_t index, const std::string& bytes);
/// The same with the entry changed.
void forge(ledger::Store& store, std::uint64_t index,
           const std::function<void(ledger::Entry&)>& change);

/// A copy with everything but snapshots and the entries that `leave_out` is true of.
std::unique_ptr<ledger::Store> copy_without(const ledger::Store& store,
                                            const std::function<bool(std::uint64_t)>& leave_out);

}  // namespace jobledger::tests
