#include "daemon/render/job.h"

namespace jobledger::daemon::render {
namespace {

void first_members(json::Writer& out, const projections::JobRecord& job) {
  out.field("id", job.id);
  if (job.template_id.empty()) {
    out.field("templateId", nullptr);
  } else {
    out.field("templateId", job.template_id);
  }
  out.field("status", name_of(job.status));
  out.field("progress", job.progress);
}

}  // namespace

std::string own_output_url(ledger::JobId id, std::string_view public_url) {
  std::string url(public_url);
  url += "/api/v2/jobs/";
  id.append_to(url);
  url += "/output";
  return url;
}

void output_url(json::Writer& out, const projections::JobRecord& job, std::string_view public_url) {
  if (job.own_output_url) {
    out.field("outputUrl", own_output_url(job.id, public_url));
  } else if (job.output_url.empty()) {
    out.field("outputUrl", nullptr);
  } else {
    out.field("outputUrl", job.output_url);
  }
}

void job_stats(json::Writer& out, const projections::JobRecord& job) {
  out.begin_object("stats");
  out.time_field("createdAt", job.created_at);
  out.time_field("updatedAt", job.updated_at);
  out.time_field("startedAt", job.started_at);
  out.time_field("finishedAt", job.finished_at);
  out.time_field("errorAt", job.error_at);
  out.field("totalAssets", job.total_assets);
  std::optional<ledger::TimeMs> ended = job.finished_at ? job.finished_at : job.error_at;
  if (job.started_at && ended) {
    out.field("renderDuration", static_cast<double>(*ended - *job.started_at) / 1000);
  } else {
    out.field("renderDuration", nullptr);
  }
  out.field("error", job.error);
  out.end_object();
}

void job_members(json::Writer& out, const projections::JobRecord& job,
                 std::string_view public_url) {
  first_members(out, job);
  job_stats(out, job);
  output_url(out, job, public_url);
}

void job(json::Writer& out, const projections::JobRecord& job, std::string_view public_url) {
  out.begin_object();
  job_members(out, job, public_url);
  out.end_object();
}

void minimal_job(json::Writer& out, const projections::JobRecord& job,
                 std::string_view public_url) {
  out.begin_object();
  first_members(out, job);
  out.begin_object("stats");
  out.time_field("createdAt", job.created_at);
  out.end_object();
  output_url(out, job, public_url);
  out.end_object();
}

std::string jobs(const std::vector<projections::JobRecord>& jobs, std::string_view public_url) {
  constexpr std::size_t kTypicalJob = 420;
  std::string text;
  text.reserve(jobs.size() * kTypicalJob + 16);
  json::Writer out(text);
  out.begin_array();
  for (const projections::JobRecord& each : jobs) job(out, each, public_url);
  out.end_array();
  return text;
}

}  // namespace jobledger::daemon::render
