#include "daemon/parse/batch.h"
#include "daemon/parse/job.h"
#include "daemon/render/job.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {
namespace {

using ledger::Entry;
using ledger::Event;
using Submissions = std::vector<std::vector<std::uint32_t>>;

parse::Limits limits_of(const Core& core) {
  parse::Limits limits;
  limits.max_depth = core.settings.limits.tree_depth;
  limits.max_tree_jobs = core.settings.limits.tree_jobs;
  return limits;
}

/// The places of the children's events, by the place of the parent's.
Submissions children_of(const Entry& entry) {
  Submissions children(entry.events.size());
  for (std::uint32_t place = 0; place < entry.events.size(); ++place) {
    std::uint32_t parent = entry.events[place].via;
    if (parent != ledger::kNoPlace) children[parent].push_back(place);
  }
  return children;
}

/// `id`, `status`, `outputUrl` and, if there are any, `children`, of a job as it was created.
void created_members(json::Writer& out, const Entry& entry, const Submissions& children,
                     std::uint32_t place, const Core& core) {
  const Event& event = entry.events[place];
  const auto& detail = event.as<ledger::SubmissionDetail>();
  out.field("id", event.subject);
  out.field("status", name_of(event.after));
  out.field("outputUrl", detail.output_url.empty()
                             ? render::own_output_url(event.subject, core.public_url)
                             : detail.output_url);
  if (children[place].empty()) return;
  out.begin_array("children");
  for (std::uint32_t child : children[place]) {
    out.begin_object();
    created_members(out, entry, children, child, core);
    out.end_object();
  }
  out.end_array();
}

http::Reply render_created(Core& core, const Call&, const Done& done) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  created_members(out, *done.entry, children_of(*done.entry), 0, core);
  out.end_object();
  return json(std::move(body), 201);
}

std::variant<Write, http::Reply> submit(const Call& call, parse::Parsed<ledger::SubmitJob> parsed) {
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  Write write;
  write.command = std::move(parsed.value);
  write.render = render_created;
  write.keeps_body = true;
  return write;
}

void created_jobs(json::Writer& out, const Entry& entry, const Core& core) {
  Submissions children = children_of(entry);
  out.begin_array("jobs");
  for (std::uint32_t place = 1; place < entry.events.size(); ++place) {
    const Event& event = entry.events[place];
    if (event.via != ledger::kNoPlace) continue;
    out.begin_object();
    out.field("index", event.as<ledger::SubmissionDetail>().batch_index);
    created_members(out, entry, children, place, core);
    out.end_object();
  }
  out.end_array();
}

void batch_errors(json::Writer& out, const std::vector<ledger::BatchItemError>& errors) {
  if (errors.empty()) return;
  out.begin_array("errors");
  for (const ledger::BatchItemError& error : errors) render::batch_item_error(out, error);
  out.end_array();
}

/// The body of a batch all of whose jobs were wrong: that of any batch, and that of any error.
http::Reply render_failed_batch(const Call& call, const ledger::Refusal& refusal,
                                std::uint32_t total,
                                const std::vector<ledger::BatchItemError>& errors) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("batchId", refusal.offenders.front().id);
  out.field("status", "error");
  out.field("totalJobs", total);
  out.field("successCount", 0);
  out.begin_array("jobs");
  out.end_array();
  batch_errors(out, errors);
  out.field("error", describe(refusal));
  out.field("code", name_of(refusal.code));
  out.field("requestId", call.request_id);
  out.end_object();
  return json(std::move(body), 400);
}

http::Reply render_batch(Core& core, const Call&, const Done& done) {
  const Event& event = done.entry->events.front();
  const auto& detail = event.as<ledger::BatchDetail>();
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("batchId", event.subject);
  out.field("status", detail.errors.empty() ? "created" : "partial");
  out.field("totalJobs", detail.total);
  out.field("successCount", detail.total - detail.errors.size());
  created_jobs(out, *done.entry, core);
  batch_errors(out, detail.errors);
  out.end_object();
  return json(std::move(body), 201);
}

}  // namespace

std::variant<Write, http::Reply> create_job(Core& core, const Call& call) {
  return submit(call, parse::parse_job(call.request.body, limits_of(core)));
}

std::variant<Write, http::Reply> join_jobs(Core& core, const Call& call) {
  return submit(call, parse::parse_join(call.request.body, limits_of(core)));
}

std::variant<Write, http::Reply> create_batch(Core& core, const Call& call) {
  auto parsed =
      parse::parse_batch(call.request.body, limits_of(core), core.settings.limits.jobs_per_entry);
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  Write write;
  write.render = render_batch;
  write.keeps_body = true;
  write.render_refusal = [total = parsed.value.total, errors = parsed.value.errors](
                             Core&, const Call& to, const ledger::Refusal& refusal,
                             const Done&) -> std::optional<http::Reply> {
    if (refusal.code != ledger::RefusalCode::batch_failed) return std::nullopt;
    return render_failed_batch(to, refusal, total, errors);
  };
  write.command = std::move(parsed.value);
  return write;
}

}  // namespace jobledger::daemon::routes
