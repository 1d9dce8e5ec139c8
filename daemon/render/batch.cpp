#include "daemon/render/job.h"

namespace jobledger::daemon::render {
namespace {

using ledger::JobStatus;

struct Stats {
  std::size_t finished = 0;
  std::size_t error = 0;  ///< cancelled ones included
  std::size_t cancelled = 0;
  std::size_t pending = 0;  ///< every one that is not final
};

Stats count(const projections::BatchRecord& batch) {
  Stats stats;
  for (const auto& item : batch.jobs) {
    JobStatus status = item.job.status;
    stats.finished += status == JobStatus::finished;
    stats.error += status == JobStatus::error || status == JobStatus::manually_cancelled;
    stats.cancelled += status == JobStatus::manually_cancelled;
    stats.pending += !ledger::is_final(status);
  }
  return stats;
}

std::string_view status_of(const Stats& stats) {
  if (stats.pending > 0) return "processing";
  return stats.finished == 0 ? "error" : "finished";
}

}  // namespace

void batch(json::Writer& out, const projections::BatchRecord& batch, std::string_view public_url) {
  Stats stats = count(batch);
  out.begin_object();
  out.field("batchId", batch.id);
  out.field("status", status_of(stats));
  out.begin_object("stats");
  out.field("total", batch.jobs.size());
  out.field("finished", stats.finished);
  out.field("error", stats.error);
  out.field("cancelled", stats.cancelled);
  out.field("pending", stats.pending);
  out.end_object();
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

}  // namespace jobledger::daemon::render
