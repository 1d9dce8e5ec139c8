#pragma once

#include <string_view>

#include "daemon/parse/job_tree.h"

namespace jobledger::daemon::parse {

inline constexpr std::size_t kMaxBatchJobs = 1000;

/// The `code` of a job of a batch that is not well formed.
inline constexpr std::string_view kInvalidJob = "invalid_job";

/// The body of POST /batches: `{"jobs": [1..1000 bodies as parse_job takes them]}`. What is wrong
/// inside `jobs[i]` becomes its entry in `errors`, one message that names every problem; what is
/// wrong outside is a problem. `max_jobs` bounds the jobs of all trees together.
Parsed<ledger::SubmitBatch> parse_batch(std::string_view body, const Limits& limits,
                                        std::size_t max_jobs);

}  // namespace jobledger::daemon::parse
