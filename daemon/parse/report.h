#pragma once

#include <cstddef>
#include <string_view>

#include "daemon/parse/problem.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

// The bodies of a worker's reports on the job in the path. Each must have a string `lease`; one
// that is no ULID was never given out, so it comes out as the nil lease, which the ledger refuses
// as stale like any other that does not hold the job. `job` of the commands is left to the caller.

/// `{"lease"}`: POST …/heartbeat.
Parsed<ledger::LeaseId> parse_lease(std::string_view body);

/// `{"lease", "progress": 0..100}`; a fraction is cut off.
Parsed<ledger::ReportProgress> parse_progress(std::string_view body);

/// `{"lease", "outputUrl"?}`.
Parsed<ledger::FinishJob> parse_finish(std::string_view body);

/// `{"lease"}`.
Parsed<ledger::ReportStopped> parse_stopped(std::string_view body);

/// Bytes of an error that a job ended in: it is kept for ever, with each waiting ancestor too.
inline constexpr std::size_t kMaxError = 16384;

/// `{"lease", "error": string}`, which is at most kMaxError bytes.
Parsed<ledger::FailJob> parse_fail(std::string_view body);

}  // namespace jobledger::daemon::parse
