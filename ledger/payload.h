#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/decide.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

// Rows of the family `payloads`. A child was declared inside the body of its root, so its row only
// says where: 'B' and the body; or 'S', the root's id, and begin and length within the root's body,
// 8 bytes each. 'R' and 'T' are the same where secrets of the body were redacted on an export: then
// it is not the body that the entry has the hash of.

/// A row, taken apart.
struct PayloadRow {
  bool redacted = false;
  std::string body;                   ///< of a job that is no part of another's body
  std::optional<PayloadSlice> slice;  ///< else where it lies, `begin` within the root's body

  bool operator==(const PayloadRow&) const = default;
};

std::string write_payload_row(const PayloadRow& row);
/// nullopt if the bytes are no row.
std::optional<PayloadRow> parse_payload_row(JobId job, std::string_view bytes);

/// The row of a job whose body is `body`, or lies within the body of its root.
std::string payload_row(const PayloadSlice& slice, const PayloadSlice& root, std::string_view body);

/// What an entry with this salt says of the job's body.
Sha256 payload_hash(const Salt& salt, JobId job, std::string_view body);

/// The row of the job as it is stored.
Result<PayloadRow> read_payload_row(const Store& store, JobId job);

/// The job's body, byte for byte as it was sent, but for what was redacted.
Result<std::string> read_payload(const Store& store, JobId job);

}  // namespace jobledger::ledger
