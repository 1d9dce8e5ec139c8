#include "tests/support/model.h"

#include <algorithm>

#include "tests/support/model_cascade.h"

namespace jobledger::tests {

using ledger::JobId;
using ledger::JobStatus;
using ledger::RefusalCode;

namespace {

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
    const auto name = std::pair(actor.team, command.uid);
    if (model.named_.contains(name)) {
      refuse(outcome, RefusalCode::uid_taken, {command.uid});
      outcome.recorded = false;
      return;
    }
    model.create({{0, &command.job}}, actor.team, nullptr, made);
    if (!command.uid.empty()) model.named_[name] = made.jobs.front();
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
    if (may(ledger::Scope::jobs_cancel)) model.cancel(command, actor, reason, outcome);
  }

  void operator()(const ledger::CancelBatch& command) const {
    if (may(ledger::Scope::jobs_cancel)) model.cancel(command, actor, reason, outcome);
  }

  void operator()(const ledger::UndoCancel& command) const {
    if (may(ledger::Scope::jobs_cancel)) model.undo(command.entry, actor.team, reason, outcome);
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
    if (job) model.finish(*job, command.output_url, outcome);
  }

  void operator()(const ledger::FailJob& command) const {
    if (!may(ledger::Scope::worker)) return;
    Job* job = model.held(actor.team, command.job, command.lease, 2, outcome);
    if (job) model.fail(*job, command.error, outcome);
  }

  void operator()(const ledger::ReportStopped& command) const {
    if (may(ledger::Scope::worker)) model.stopped(command, actor.team, outcome);
  }

  void operator()(const ledger::ExpireLease& command) const {
    Job* job = model.find(actor.team, command.job);
    if (!job || job->status != JobStatus::rendering || job->lease != command.lease) {
      outcome.recorded = false;
      return;
    }
    model.end_lease(*job, outcome);
  }

  void operator()(const ledger::CreateToken& command) const {
    if (!may(ledger::Scope::admin)) return;
    model.tokens_.push_back({made.token,
                             {command.team, command.name, command.scopes, command.hash,
                              command.expires, command.confirm_above},
                             false});
  }

  void operator()(const ledger::RotateKey&) const { may(ledger::Scope::admin); }
  void operator()(const ledger::RestoreLedger&) const { may(ledger::Scope::admin); }
  void operator()(const ledger::CutLedger&) const { may(ledger::Scope::admin); }

  void operator()(const ledger::CreateWebhook& command) const {
    if (!may(ledger::Scope::jobs_write) || !may(ledger::Scope::audit_read)) return;
    auto counts = [&](const Webhook& each) { return each.team == actor.team && !each.deleted; };
    const auto& all = model.webhooks_;
    if (std::count_if(all.begin(), all.end(), counts) >= 100) {
      return refuse(outcome, RefusalCode::too_many_webhooks);
    }
    model.webhooks_.push_back(
        {made.webhook, actor.team, command.url, command.events, model.version_});
  }

  void operator()(const ledger::DeleteWebhook& command) const {
    if (!may(ledger::Scope::jobs_write)) return;
    for (Webhook& webhook : model.webhooks_) {
      if (webhook.id != command.webhook || webhook.team != actor.team) continue;
      if (webhook.deleted) {
        outcome.recorded = false;
      } else {
        webhook.deleted = model.version_;
      }
      return;
    }
    refuse(outcome, RefusalCode::webhook_not_found, {command.webhook.text()});
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
  // Only who may ask gets the answer that another got.
  bool may_ask = !ledger::missing_scope(submission.command, envelope.actor);
  if (envelope.idempotency && may_ask) {
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
  if (outcome.recorded) {
    ++version_;
    teams_.push_back(envelope.actor.team);
    moments_.push_back(this->now());
  }
  outcome.version = version_;
  bool uses_key = envelope.idempotency && outcome.recorded && may_ask &&
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

Model::Moment Model::now() const {
  Moment moment;
  for (const auto& [id, job] : jobs_) moment[id] = {job.status, job.stopping};
  return moment;
}

void Model::set_status(Job& job, JobStatus status) {
  job.status = status;
  job.updated = now_;
  job.lease.reset();
  job.stopping = false;
  job.changes.emplace_back(version_, status);
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
    job.changes.emplace_back(version_, job.status);
    job.created = job.updated = now_;
    job.output_url = output_url_of(*place.spec, job.id, rules_.output_url_template);
    if (!job.parent.is_nil()) jobs_.at(job.parent).children.push_back(job.id);
    for (const ledger::JobSpec& child : place.spec->children) places.push_back({&child, job.id, 0});
    order_.push_back(job.id);
    jobs_[job.id] = std::move(job);
  }
}

}  // namespace jobledger::tests
