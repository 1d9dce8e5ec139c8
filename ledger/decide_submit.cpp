#include <span>

#include "ledger/assert.h"
#include "ledger/decide.h"
#include "ledger/payload.h"

namespace jobledger::ledger {
namespace {

/// A job of the forest on its way to an event.
struct Planned {
  const JobSpec* spec;
  std::uint32_t parent_place;  ///< of the parent's event, kNoPlace of a root
  JobId root;                  ///< nil of a root itself
  std::uint32_t batch_index;
};

std::string output_url(const JobSpec& spec, JobId id, const Rules& rules) {
  if (!spec.output_url.empty()) return spec.output_url;
  std::string url = rules.output_url_template;
  constexpr std::string_view kPlaceholder = "{id}";
  for (std::size_t at = url.find(kPlaceholder); at != std::string::npos;
       at = url.find(kPlaceholder, at)) {
    url.replace(at, kPlaceholder.size(), id.text());
  }
  return url;
}

std::uint64_t count_jobs(const JobSpec& spec) {
  std::uint64_t count = 1;
  for (const JobSpec& child : spec.children) count += count_jobs(child);
  return count;
}

std::optional<Decision> refuse_if_too_many(std::uint64_t jobs, const Rules& rules) {
  if (jobs <= rules.max_jobs_per_entry) return std::nullopt;
  Decision refused = refuse(RefusalCode::too_many_jobs, {}, rules.max_jobs_per_entry);
  refused.recorded = false;  // answered 400, like any request that asks for too much
  return refused;
}

std::optional<Decision> refuse_if_taken(const JobView& view, const std::string& uid,
                                        const DecideContext& context) {
  if (uid.empty()) return std::nullopt;
  std::optional<JobNumber> number = view.find_named(context.actor.team, uid);
  if (!number) return std::nullopt;
  JobFacts job = view.facts(*number);
  Decision refused =
      refuse(RefusalCode::uid_taken, {{uid, job.status, job.status_entry, kNotInList, {}, {}}});
  refused.recorded = false;  // no job came of it, and its body is kept nowhere to be decided again
  return refused;
}

/// Breadth first, so that the children of each job are neighbours in the order of creation: a
/// range in the graph.
void plant(std::vector<Planned> planned, std::optional<BatchId> batch, JobNumber next,
           const DecideContext& context, Decision& decision) {
  for (std::size_t i = 0; i < planned.size(); ++i) {
    const Planned job = planned[i];
    const JobSpec& spec = *job.spec;
    JL_ASSERT(spec.body_begin + spec.body_length <= context.body.size());
    Event event;
    event.kind = EventKind::job_submitted;
    event.after = spec.children.empty() ? JobStatus::queued : JobStatus::pending;
    event.number = next++;
    event.via = job.parent_place;
    event.subject = context.ids.next_ulid(context.now);
    SubmissionDetail detail;
    detail.template_id = spec.template_id;
    detail.output_url = output_url(spec, event.subject, context.rules);
    detail.tags = spec.tags;
    detail.priority = spec.priority;
    detail.total_assets = spec.total_assets;
    detail.payload_hash = payload_hash(context.salt, event.subject,
                                       context.body.substr(spec.body_begin, spec.body_length));
    detail.batch = job.parent_place == kNoPlace ? batch : std::nullopt;
    detail.batch_index = detail.batch ? job.batch_index : 0;
    event.detail = make_detail<Detail>(std::move(detail));

    JobId root = job.parent_place == kNoPlace ? event.subject : job.root;
    auto place = static_cast<std::uint32_t>(decision.events.size());
    decision.payloads.push_back({event.subject, root, spec.body_begin, spec.body_length});
    decision.events.push_back(std::move(event));
    for (const JobSpec& child : spec.children) planned.push_back({&child, place, root, 0});
  }
}

}  // namespace

Decision decide_submit(const JobView& view, const SubmitJob& command,
                       const DecideContext& context) {
  if (auto refused = refuse_if_too_many(count_jobs(command.job), context.rules)) return *refused;
  if (auto refused = refuse_if_taken(view, command.uid, context)) return *refused;
  Decision decision;
  plant({{&command.job, kNoPlace, {}, 0}}, std::nullopt, view.job_count(), context, decision);
  return decision;
}

Decision decide_batch(const JobView& view, const SubmitBatch& command,
                      const DecideContext& context) {
  if (command.items.empty()) {
    // Nothing is created, yet who tried what is kept.
    Decision decision = refuse(RefusalCode::batch_failed);
    std::string id = context.ids.next_ulid(context.now).text();
    for (const BatchItemError& error : command.errors) {
      decision.refusal->offenders.push_back({id, {}, {}, error.index, error.message, error.code});
    }
    return decision;
  }
  std::uint64_t jobs = 0;
  for (const BatchItem& item : command.items) jobs += count_jobs(item.job);
  if (auto refused = refuse_if_too_many(jobs, context.rules)) return *refused;
  Decision decision;
  Event event;
  event.kind = EventKind::batch_submitted;
  event.subject = context.ids.next_ulid(context.now);
  event.detail = make_detail<Detail>(BatchDetail{command.total, command.errors});
  BatchId batch = event.subject;
  decision.events.push_back(std::move(event));
  std::vector<Planned> planned;
  for (const BatchItem& item : command.items) {
    planned.push_back({&item.job, kNoPlace, {}, item.index});
  }
  plant(std::move(planned), batch, view.job_count(), context, decision);
  return decision;
}

}  // namespace jobledger::ledger
