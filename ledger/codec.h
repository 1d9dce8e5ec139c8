#pragma once

#include <string>
#include <string_view>

#include "ledger/entry.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// The bytes of an entry: what is stored and hashed (schema/entry.capnp).
std::string encode(const Entry& entry);

/// Reads them back. A Failure says what is wrong with bytes that are no entry. That they are the
/// bytes that were written is for their hash to say: most flips of a bit decode without complaint.
Result<Entry> decode(std::string_view bytes);

}  // namespace jobledger::ledger
