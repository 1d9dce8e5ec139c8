#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/result.h"
#include "ledger/store_cursors.h"

namespace jobledger::projections {

/// The stored payload of a job.
struct StoredPayload {
  ledger::JobId job;
  std::string row;
};

/// The payloads that an entry brought, as they are stored, in the order of its events.
ledger::Result<std::vector<StoredPayload>> payloads_of(const ledger::Entry& entry,
                                                       ledger::PayloadCursor& stored);

/// Whether these are the payloads that the entry names, each with the hash that it has of it. How
/// many of them were redacted, of which no hash can tell; a Failure says which is wrong.
ledger::Result<std::size_t> check_payloads(const ledger::Entry& entry,
                                           std::span<const StoredPayload> payloads);

/// The same of those in a store, one at a time: an entry that somebody forged may name any number.
class StoredPayloadCheck {
 public:
  explicit StoredPayloadCheck(const ledger::Store& store) : rows_(store), roots_(store) {}
  ledger::Result<std::size_t> check(const ledger::Entry& entry);

 private:
  ledger::PayloadCursor rows_;
  ledger::PayloadCursor roots_;
};

}  // namespace jobledger::projections
