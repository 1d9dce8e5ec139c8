#include "tests/support/model.h"

#include <algorithm>

namespace jobledger::tests {

using ledger::EventKind;
using ledger::JobId;
using ledger::JobStatus;
using ledger::RefusalCode;

namespace {

bool waits(JobStatus status) {
  return status == JobStatus::queued || status == JobStatus::pending;
}

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& tag) {
    return std::find(b.begin(), b.end(), tag) != b.end();
  });
}

std::string output_url_of(const ledger::JobSpec& spec, JobId id, std::string pattern) {
  if (!spec.output_url.empty()) return spec.output_url;
  std::size_t at = pattern.find("{id}");
  return at == std::string::npos ? pattern : pattern.replace(at, 4, id.text());
}

std::size_t size_of(const ledger::JobSpec& tree) {
  std::size_t size = 1;
  for (const ledger::JobSpec& child : tree.children) size += size_of(child);
  return size;
}

void refuse(Outcome& outcome, RefusalCode code, std::vector<std::string> offenders = {}) {
  outcome.refusal = code;
  outcome.offenders = std::move(offenders);
}

}  // namespace

/// One function a command: what the contract says of it.
struct Model::Carry {
  Model& model;
  const ledger::Actor& actor;
  const std::string& reason;
  const Made& made;
  Outcome& outcome;

  bool may(ledger::Scope scope) const {
    if (actor.scopes.has(scope)) return true;
    refuse(outcome, RefusalCode::insufficient_scope);
    return false;
  }

  /// A 400, which leaves no entry.
  void refuse_as_too_many() const {
    refuse(outcome, RefusalCode::too_many_jobs);
    outcome.recorded = false;
  }

  void operator()(const ledger::SubmitJob& command) const {
    if (!may(ledger::Scope::jobs_write)) return;
    if (size_of(command.job) > model.rules_.max_jobs_per_entry) return refuse_as_too_many();
    model.create({{0, &command.job}}, actor.team, nullptr, made);
  }

  void operator()(const ledger::SubmitBatch& command) const {
    if (!may(ledger::Scope::jobs_write)) return;
    if (command.items.empty()) return refuse(outcome, RefusalCode::batch_failed);
    std::size_t jobs = 0;
    for (const ledger::BatchItem& item : command.items) jobs += size_of(item.job);
    if (jobs > model.rules_.max_jobs_per_entry) return refuse_as_too_many();
    model.batches_.push_back({made.batch, actor.team, command.total, {}});
    std::vector<std::pair<std::uint32_t, const ledger::JobSpec*>> roots;
    for (const ledger::BatchItem& item : command.items) roots.emplace_back(item.index, &item.job);
    model.create(roots, actor.team, &model.batches_.back(), made);
  }

  void operator()(const ledger::CancelJobs& command) const {
    if (!may(ledger::Scope::jobs_cancel)) return;
    std::vector<std::string> unknown;
    std::vector<std::string> settled;
    for (JobId id : command.jobs) {
      const Job* job = model.find(actor.team, id);
      if (!job) unknown.push_back(id.text());
      if (job && !waits(job->status)) settled.push_back(id.text());
    }
    unknown.insert(unknown.end(), command.impossible.begin(), command.impossible.end());
    if (!unknown.empty()) return refuse(outcome, RefusalCode::job_not_found, unknown);
    if (!settled.empty()) return refuse(outcome, RefusalCode::not_cancellable, settled);
    model.cancel(command.jobs, reason, outcome);
  }

  void operator()(const ledger::CancelBatch& command) const {
    if (!may(ledger::Scope::jobs_cancel)) return;
    for (const Batch& batch : model.batches_) {
      if (command.impossible.empty() && batch.id == command.batch && batch.team == actor.team) {
        return model.cancel(batch.jobs, reason, outcome);
      }
    }
    std::string id = command.impossible.empty() ? command.batch.text() : command.impossible;
    refuse(outcome, RefusalCode::batch_not_found, {id});
  }

  void operator()(const ledger::ClaimJob& command) const {
    if (!may(ledger::Scope::worker)) return;
    Job* taken = nullptr;
    if (command.job || !command.impossible.empty()) {
      if (command.job) taken = model.find(actor.team, *command.job);
      std::string id = command.job ? command.job->text() : command.impossible;
      if (!taken) return refuse(outcome, RefusalCode::job_not_found, {id});
      if (taken->status != JobStatus::queued) {
        return refuse(outcome, RefusalCode::not_queued, {id});
      }
    } else {
      for (JobId id : model.order_) {  // the oldest first, so only a higher priority goes before
        Job& job = model.jobs_.at(id);
        bool fits = job.team == actor.team && job.status == JobStatus::queued &&
                    (command.tags.empty() || overlap(job.tags, command.tags));
        if (fits && (!taken || job.priority > taken->priority)) taken = &job;
      }
    }
    if (!taken) {
      outcome.recorded = false;
      return;
    }
    model.set_status(*taken, JobStatus::rendering);
    taken->lease = made.lease;
    taken->progress = 0;
    taken->started = model.now_;
  }

  void operator()(const ledger::ReportProgress& command) const {
    if (!may(ledger::Scope::worker)) return;
    Job* job = model.held(actor.team, command.job, command.lease, 0, outcome);
    if (!job) return;
    std::uint32_t step =
        std::max(command.progress, job->progress) - std::min(command.progress, job->progress);
    bool counts = step >= model.rules_.progress_step || command.progress == 100;
    if (step == 0 || !counts) {
      outcome.recorded = false;
      return;
    }
    job->progress = command.progress;
    job->updated = model.now_;
  }

  void operator()(const ledger::FinishJob& command) const {
    if (!may(ledger::Scope::worker)) return;
    Job* job = model.held(actor.team, command.job, command.lease, 1, outcome);
    if (!job) return;
    model.set_status(*job, JobStatus::finished);
    job->progress = 100;
    job->finished = model.now_;
    if (!command.output_url.empty()) job->output_url = command.output_url;
    if (job->parent.is_nil()) return;
    Job& parent = model.jobs_.at(job->parent);
    bool all = std::all_of(parent.children.begin(), parent.children.end(), [&](JobId child) {
      return model.job(child).status == JobStatus::finished;
    });
    if (!all || parent.status != JobStatus::pending) return;
    model.set_status(parent, JobStatus::queued);
    outcome.unblocked.push_back(parent.id);
  }

  void operator()(const ledger::FailJob& command) const {
    if (!may(ledger::Scope::worker)) return;
    Job* job = model.held(actor.team, command.job, command.lease, 2, outcome);
    if (job) model.fail(*job, command.error, outcome);
  }

  void operator()(const ledger::ExpireLease& command) const {
    Job* job = model.find(actor.team, command.job);
    if (!job || job->status != JobStatus::rendering || job->lease != command.lease) {
      outcome.recorded = false;
      return;
    }
    model.set_status(*job, JobStatus::queued);
    job->progress = 0;
    job->started.reset();
  }

  void operator()(const ledger::CreateToken& command) const {
    if (!may(ledger::Scope::admin)) return;
    model.tokens_.push_back(
        {made.token,
         {command.team, command.name, command.scopes, command.hash, command.expires},
         false});
  }

  void operator()(const ledger::RevokeToken& command) const {
    if (!may(ledger::Scope::admin)) return;
    for (Token& token : model.tokens_) {
      if (token.id != command.token) continue;
      if (token.revoked) outcome.recorded = false;
      token.revoked = true;
      return;
    }
    refuse(outcome, RefusalCode::token_not_found, {command.token.text()});
  }
};

Outcome Model::apply(const ledger::Submission& submission, const Made& made, ledger::TimeMs now) {
  now_ = now;
  Outcome outcome;
  const ledger::Envelope& envelope = submission.envelope;
  if (envelope.idempotency) {
    auto used = keys_.find({envelope.actor.team, envelope.idempotency->key});
    if (used != keys_.end() && now <= used->second.expires) {
      bool same = used->second.fingerprint == envelope.idempotency->fingerprint;
      outcome.replayed = same;
      outcome.recorded = same;
      outcome.version = same ? used->second.version : version_;
      if (!same) outcome.refusal = RefusalCode::key_reused;
      return outcome;
    }
  }
  std::visit(Carry{*this, envelope.actor, envelope.reason, made, outcome}, submission.command);
  if (outcome.recorded) ++version_;
  outcome.version = version_;
  bool uses_key = envelope.idempotency && outcome.recorded &&
                  outcome.refusal != RefusalCode::batch_failed;  // a 400 uses none
  if (uses_key) {
    keys_[{envelope.actor.team, envelope.idempotency->key}] = {
        envelope.idempotency->fingerprint, version_, now + rules_.idempotency_ttl_ms};
  }
  return outcome;
}

Model::Job* Model::find(const std::string& team, JobId id) {
  auto it = jobs_.find(id);
  return it == jobs_.end() || it->second.team != team ? nullptr : &it->second;
}

std::vector<JobId> Model::siblings_of(const Job& job) const {
  std::vector<JobId> siblings;
  if (job.parent.is_nil()) return siblings;
  for (JobId child : jobs_.at(job.parent).children) {
    if (child != job.id) siblings.push_back(child);
  }
  return siblings;
}

void Model::set_status(Job& job, JobStatus status) {
  job.status = status;
  job.updated = now_;
  job.lease.reset();
}

void Model::create(const std::vector<std::pair<std::uint32_t, const ledger::JobSpec*>>& roots,
                   const std::string& team, const Batch* batch, const Made& made) {
  struct Place {
    const ledger::JobSpec* spec;
    JobId parent;
    std::uint32_t index;
  };
  std::vector<Place> places;
  for (const auto& [index, spec] : roots) places.push_back({spec, {}, index});
  for (std::size_t i = 0; i < places.size(); ++i) {
    Place place = places[i];
    Job job;
    job.id = i < made.jobs.size() ? made.jobs[i] : JobId{};
    job.team = team;
    job.parent = place.parent;
    if (batch && place.parent.is_nil()) {
      job.batch = batch->id;
      job.batch_index = place.index;
      batches_.back().jobs.push_back(job.id);
    }
    job.order = order_.size();
    job.tags = place.spec->tags;
    job.priority = place.spec->priority;
    job.template_id = place.spec->template_id;
    job.total_assets = place.spec->total_assets;
    job.status = place.spec->children.empty() ? JobStatus::queued : JobStatus::pending;
    job.created = job.updated = now_;
    job.output_url = output_url_of(*place.spec, job.id, rules_.output_url_template);
    if (!job.parent.is_nil()) jobs_.at(job.parent).children.push_back(job.id);
    for (const ledger::JobSpec& child : place.spec->children) places.push_back({&child, job.id, 0});
    order_.push_back(job.id);
    jobs_[job.id] = std::move(job);
  }
}

void Model::visit(JobId id, std::set<JobId>& visited, std::vector<JobId>& frontier,
                  Outcome& outcome) const {
  if (!visited.insert(id).second) return;
  if (!waits(jobs_.at(id).status)) {
    outcome.skipped.push_back(id);
    return;
  }
  outcome.cancelled.push_back(id);
  frontier.push_back(id);
}

/// Breadth first; from each job its parent, its siblings, its children.
void Model::close_over(std::vector<JobId> frontier, std::set<JobId>& visited,
                       Outcome& outcome) const {
  for (std::size_t i = 0; i < frontier.size(); ++i) {
    const Job& from = jobs_.at(frontier[i]);
    if (!from.parent.is_nil()) visit(from.parent, visited, frontier, outcome);
    for (JobId sibling : siblings_of(from)) visit(sibling, visited, frontier, outcome);
    for (JobId child : from.children) visit(child, visited, frontier, outcome);
  }
}

void Model::cancel(const std::vector<JobId>& asked, const std::string& reason, Outcome& outcome) {
  std::set<JobId> visited;
  std::vector<JobId> frontier;
  for (JobId id : asked) visit(id, visited, frontier, outcome);
  close_over(frontier, visited, outcome);
  if (outcome.cancelled.size() > rules_.max_jobs_per_entry) {
    outcome = Outcome();
    outcome.recorded = false;  // a 400, which leaves no entry
    return refuse(outcome, RefusalCode::too_many_jobs);
  }
  end_as_cancelled(outcome, reason);
}

void Model::end_as_cancelled(const Outcome& outcome, const std::string& reason) {
  for (JobId id : outcome.cancelled) {
    Job& job = jobs_.at(id);
    set_status(job, JobStatus::manually_cancelled);
    job.failed_or_cancelled = now_;
    job.error = reason.empty() ? "manually cancelled" : "manually cancelled: " + reason;
  }
}

/// The job, if it is rendered under this lease; a refusal else, recorded once a lease and kind.
Model::Job* Model::held(const std::string& team, JobId id, ledger::LeaseId lease, int kind,
                        Outcome& outcome) {
  Job* job = find(team, id);
  if (!job) {
    refuse(outcome, RefusalCode::job_not_found, {id.text()});
    return nullptr;
  }
  if (job->status == JobStatus::rendering && job->lease == lease) return job;
  bool ended = !waits(job->status) && job->status != JobStatus::rendering;
  refuse(outcome, ended ? RefusalCode::job_final : RefusalCode::stale_lease, {id.text()});
  outcome.recorded = late_.insert({id, lease, kind}).second;
  return nullptr;
}

void Model::fail(Job& job, const std::string& error, Outcome& outcome) {
  std::vector<JobId> chain = {job.id};
  std::string text = error;
  for (JobId id = job.id; !id.is_nil(); id = jobs_.at(id).parent) {
    Job& ended = jobs_.at(id);
    if (id != job.id && ended.status != JobStatus::pending) break;
    if (id != job.id) {
      text = "child " + chain.back().text() + " failed: " + error;
      chain.push_back(id);
    }
    set_status(ended, JobStatus::error);
    ended.failed_or_cancelled = now_;
    ended.error = text;
  }
  outcome.failed = chain;
  if (rules_.on_child_error == ledger::OnChildError::fail_parent_only) return;

  // Those that failed, and the parents over them, are no part of the cascade.
  std::set<JobId> visited(chain.begin(), chain.end());
  visited.insert(jobs_.at(chain.back()).parent);
  std::vector<JobId> frontier;
  for (JobId failed : chain) {
    bool parent_ended_before = failed == chain.back();
    for (JobId sibling : siblings_of(jobs_.at(failed))) {
      if (parent_ended_before && !ledger::is_cancellable(jobs_.at(sibling).status)) {
        visited.insert(sibling);
        continue;
      }
      visit(sibling, visited, frontier, outcome);
    }
  }
  close_over(frontier, visited, outcome);
  end_as_cancelled(outcome, {});
}

Made made_by(const ledger::Receipt& receipt) {
  Made made;
  if (!receipt.entry) return made;
  for (const ledger::Event& event : receipt.entry->events) {
    if (event.kind == EventKind::job_submitted) made.jobs.push_back(event.subject);
    if (event.kind == EventKind::batch_submitted) made.batch = event.subject;
    if (event.kind == EventKind::token_created) made.token = event.subject;
    if (event.kind == EventKind::job_claimed) made.lease = event.as<ledger::ClaimDetail>().lease;
  }
  return made;
}

Outcome outcome_of(const ledger::Receipt& receipt) {
  Outcome outcome;
  outcome.recorded = receipt.recorded;
  outcome.replayed = receipt.replayed;
  outcome.version = receipt.version;
  if (receipt.refusal) {
    outcome.refusal = receipt.refusal->code;
    for (const ledger::Offender& offender : receipt.refusal->offenders) {
      // Of a batch that failed it is an id that the ledger made.
      if (outcome.refusal != RefusalCode::batch_failed) outcome.offenders.push_back(offender.id);
    }
  }
  if (!receipt.entry) return outcome;
  for (const ledger::Event& event : receipt.entry->events) {
    if (event.kind == EventKind::job_cancelled) outcome.cancelled.push_back(event.subject);
    if (event.kind == EventKind::cancel_skipped) outcome.skipped.push_back(event.subject);
    if (event.kind == EventKind::job_failed) outcome.failed.push_back(event.subject);
    if (event.kind == EventKind::job_unblocked) outcome.unblocked.push_back(event.subject);
  }
  return outcome;
}

std::string to_text(const Outcome& outcome) {
  std::string text = "version " + std::to_string(outcome.version);
  text += outcome.recorded ? ", recorded" : ", not recorded";
  if (outcome.replayed) text += ", replayed";
  if (outcome.refusal) text += ", refused " + std::string(name_of(*outcome.refusal));
  for (const std::string& id : outcome.offenders) text += " " + id;
  auto add = [&](const char* what, const std::vector<JobId>& jobs) {
    if (jobs.empty()) return;
    text += std::string(", ") + what;
    for (JobId id : jobs) text += " " + id.text();
  };
  add("cancelled", outcome.cancelled);
  add("skipped", outcome.skipped);
  add("failed", outcome.failed);
  add("unblocked", outcome.unblocked);
  return text;
}

}  // namespace jobledger::tests
