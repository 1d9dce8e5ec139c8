#pragma once

#include <string>
#include <string_view>

#include "daemon/parse/problem.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

inline constexpr std::size_t kMaxCancelJobs = 1000;

struct CancelList {
  ledger::CancelJobs command;
  std::string reason;
};

/// The body of POST /jobs/cancel: `{"jobs": [1..1000 unique ULIDs], "reason"?: string}`. Each id
/// that is malformed or there twice is a problem of its own.
Parsed<CancelList> parse_cancel_list(std::string_view body);

}  // namespace jobledger::daemon::parse
