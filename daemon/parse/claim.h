#pragma once

#include <cstdint>
#include <string_view>

#include "daemon/parse/problem.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

struct Claim {
  ledger::ClaimJob command;
  std::uint32_t wait_ms = 0;  ///< how long to wait for a job
};

/// The body of POST /worker/claim: `{"tags"?: array or csv, "jobId"?, "wait"?: 0..60 seconds
/// (fractions count, to the millisecond), "leaseSeconds"?: 1..86400}`; none is as `{}`.
Parsed<Claim> parse_claim(std::string_view body);

}  // namespace jobledger::daemon::parse
