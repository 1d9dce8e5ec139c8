#include "daemon/render/entry.h"
#include "daemon/render/job.h"

namespace jobledger::daemon::render {
namespace {

/// The members `status` and `stats` of a batch.
void status_and_stats(json::Writer& out, const ledger::BatchCounts& counts) {
  out.field("status", name_of(counts.status()));
  out.begin_object("stats");
  out.field("total", counts.total);
  out.field("finished", counts.finished);
  out.field("error", counts.error);
  out.field("cancelled", counts.cancelled);
  out.field("pending", counts.pending);
  out.end_object();
}

}  // namespace

void batch(json::Writer& out, const projections::BatchRecord& batch, std::string_view public_url) {
  ledger::BatchCounts counts;
  for (const auto& item : batch.jobs) counts.add(item.job.status);
  out.begin_object();
  out.field("batchId", batch.id);
  status_and_stats(out, counts);
  out.begin_array("jobs");
  for (const auto& item : batch.jobs) {
    out.begin_object();
    out.field("index", item.index);
    out.field("id", item.job.id);
    out.field("status", name_of(item.job.status));
    if (item.job.own_output_url || !item.job.output_url.empty()) {
      output_url(out, item.job, public_url);
    }
    if (ledger::is_final(item.job.status)) job_stats(out, item.job);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void listed_batch(json::Writer& out, const projections::ListedBatch& batch,
                  const ledger::EntryHead& created) {
  out.begin_object();
  origin(out, created);
  out.field("batchId", batch.id);
  status_and_stats(out, batch.counts);
  out.field("totalJobs", batch.total);
  out.time_field("createdAt", created.time);
  out.end_object();
}

}  // namespace jobledger::daemon::render
