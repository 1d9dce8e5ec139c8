#pragma once

#include <string>
#include <string_view>

#include "ledger/decide.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

// Rows of the family `payloads`. A child was declared inside the body of its root, so its row only
// says where: 'B' and the body; or 'S', the root's id, and begin and length within the root's body,
// 8 bytes each.

/// The row of a job whose body is `body`, or lies within the body of its root.
std::string payload_row(const PayloadSlice& slice, const PayloadSlice& root, std::string_view body);

/// The job's body, byte for byte as it was sent.
Result<std::string> read_payload(const Store& store, JobId job);

}  // namespace jobledger::ledger
