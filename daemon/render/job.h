#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/writer.h"
#include "ledger/codec.h"
#include "projections/batch_list.h"
#include "projections/job_reader.h"

namespace jobledger::daemon::render {

/// The Job of API v2. `public_url` is where our own addresses begin.
void job(json::Writer& out, const projections::JobRecord& job, std::string_view public_url);
/// Its members alone.
void job_members(json::Writer& out, const projections::JobRecord& job, std::string_view public_url);
/// The same with no more `stats` than `createdAt`.
void minimal_job(json::Writer& out, const projections::JobRecord& job, std::string_view public_url);
/// The member `stats` of a Job.
void job_stats(json::Writer& out, const projections::JobRecord& job);
/// The member `outputUrl`.
void output_url(json::Writer& out, const projections::JobRecord& job, std::string_view public_url);
std::string own_output_url(ledger::JobId id, std::string_view public_url);

/// An array of Jobs.
std::string jobs(const std::vector<projections::JobRecord>& jobs, std::string_view public_url);

/// The Batch of API v2, with its counts (contract, part 2, points 6 and 24).
void batch(json::Writer& out, const projections::BatchRecord& batch, std::string_view public_url);
/// An item of the list of batches, with the entry that created it.
void listed_batch(json::Writer& out, const projections::ListedBatch& batch,
                  const ledger::EntryHead& created);

}  // namespace jobledger::daemon::render
