#pragma once

#include <string>

#include "daemon/cli/table.h"
#include "daemon/json/value.h"

namespace jobledger::daemon::cli {

/// A Job as lines of `Name  value`, whole; what it has none of is left out.
std::string job_text(const json::Value& job, const Screen& screen);

/// A Batch: how its jobs stand, then a table of them.
std::string batch_text(const json::Value& batch, const Screen& screen);

/// What a job in a list is worth saying beside its status: where its output is, or why it ended.
std::string note_of(const json::Value& job);

/// The columns of a list of jobs. With `alike` those of several lists below each other.
Table jobs_table(const Screen& screen, bool alike);
/// A row for each Job of the array.
void add_jobs(Table& table, const json::Value& jobs, const Screen& screen);

}  // namespace jobledger::daemon::cli
