#include "daemon/render/v1_job.h"

#include <algorithm>
#include <array>

#include "daemon/json/member_texts.h"

namespace jobledger::daemon::render {
namespace {

using ledger::JobStatus;

/// What a body may say, too, and is the ledger's to say.
constexpr std::array<std::string_view, 15> kOurs = {
    "uid",      "state",     "priority",       "tags",      "creator",
    "executor", "createdAt", "updatedAt",      "startedAt", "finishedAt",
    "errorAt",  "error",     "renderProgress", "output",    "timings"};

struct Default {
  std::string_view name;
  bool (json::Value::*is)() const;  ///< what its clients count on
  std::string_view text;
};
/// Of a body that says nothing of them, or something else.
constexpr std::array<Default, 4> kDefaults = {
    {{"type", &json::Value::is_string, R"("default")"},
     {"template", &json::Value::is_object, R"({"src":"","composition":""})"},
     {"assets", &json::Value::is_array, "[]"},
     {"actions", &json::Value::is_object, R"({"prerender":[],"postrender":[]})"}}};

bool is_ours(std::string_view name) {
  return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
}

using Members = std::vector<json::MemberText>;

const json::MemberText* find(const Members& members, std::string_view name) {
  auto at = std::find_if(members.begin(), members.end(),
                         [&](const json::MemberText& member) { return member.name == name; });
  return at == members.end() ? nullptr : &*at;
}

std::string as_csv(const std::vector<std::string>& tags) {
  std::string csv;
  for (const std::string& tag : tags) csv += (csv.empty() ? "" : ",") + tag;
  return csv;
}

const Default* default_of(std::string_view name) {
  auto at = std::find_if(kDefaults.begin(), kDefaults.end(),
                         [&](const Default& usual) { return usual.name == name; });
  return at == kDefaults.end() ? nullptr : &*at;
}

std::string_view text_of(const Members& members, const Default& usual) {
  const json::MemberText* given = find(members, usual.name);
  return given && (given->value.*usual.is)() ? given->text : usual.text;
}

void body_members(json::Writer& out, const Members& members) {
  for (const json::MemberText& member : members) {
    if (!is_ours(member.name) && !default_of(member.name)) out.raw_field(member.name, member.text);
  }
  for (const Default& usual : kDefaults) out.raw_field(usual.name, text_of(members, usual));
}

/// As they were written, if that was as one text.
void tags_member(json::Writer& out, const V1Job& job, const Members& members) {
  const json::MemberText* given = find(members, "tags");
  if (given && given->value.is_string()) return out.raw_field("tags", given->text);
  out.field("tags", as_csv(job.tags));
}

void output_member(json::Writer& out, const V1Job& job, const Members& members) {
  const json::MemberText* given = find(members, "output");
  bool has_output = job.record.status == JobStatus::finished && !job.record.own_output_url;
  if (has_output) {
    out.field("output", job.record.output_url);
  } else if (given && given->value.is_string()) {
    out.raw_field("output", given->text);
  } else {
    out.field("output", "");
  }
}

std::string_view timings_of(const V1Job& job) {
  auto document = json::Document::parse(job.timings);
  return document && document->root().is_object() ? std::string_view(job.timings) : "{}";
}

/// Members that are not there yet are left out, as the render server does it.
void times(json::Writer& out, const projections::JobRecord& record) {
  out.time_field("createdAt", record.created_at);
  out.time_field("updatedAt", record.updated_at);
  if (record.started_at) out.time_field("startedAt", *record.started_at);
  if (record.finished_at) out.time_field("finishedAt", *record.finished_at);
  if (record.error_at) out.time_field("errorAt", *record.error_at);
}

}  // namespace

std::string_view v1_state(const projections::JobRecord& record) {
  switch (record.status) {
    case JobStatus::queued:
      return "queued";
    case JobStatus::pending:
      return "created";
    case JobStatus::rendering:
      return record.progress > 0 ? "render:dorender" : "started";
    case JobStatus::finished:
      return "finished";
    case JobStatus::none:
    case JobStatus::error:
    case JobStatus::manually_cancelled:
      break;
  }
  return "error";
}

void v1_job(json::Writer& out, const V1Job& job, std::string_view state) {
  auto document = json::Document::parse(job.body);
  Members members = document ? json::member_texts(*document) : Members();
  out.begin_object();
  out.field("uid", job.uid);
  out.field("state", state.empty() ? v1_state(job.record) : state);
  tags_member(out, job, members);
  out.field("priority", job.priority);
  body_members(out, members);
  out.field("creator", job.creator);
  if (job.executor) out.field("executor", *job.executor);
  times(out, job.record);
  if (job.record.error) out.field("error", *job.record.error);
  if (job.record.progress > 0) out.field("renderProgress", job.record.progress);
  output_member(out, job, members);
  out.raw_field("timings", timings_of(job));
  out.end_object();
}

void v1_status(json::Writer& out, const V1Job& job) {
  const projections::JobRecord& record = job.record;
  auto document = json::Document::parse(job.body);
  Members members = document ? json::member_texts(*document) : Members();
  out.begin_object();
  out.field("uid", job.uid);
  out.field("state", v1_state(record));
  out.raw_field("type", text_of(members, *default_of("type")));
  tags_member(out, job, members);
  out.field("renderProgress", record.progress);
  out.field("error", record.error);
  out.time_field("createdAt", record.created_at);
  out.time_field("updatedAt", record.updated_at);
  out.time_field("startedAt", record.started_at);
  out.time_field("finishedAt", record.finished_at);
  out.time_field("errorAt", record.error_at);
  out.field("jobCreator", job.creator);
  out.field("jobExecutor", job.executor);
  out.raw_field("timings", timings_of(job));
  out.end_object();
}

}  // namespace jobledger::daemon::render
