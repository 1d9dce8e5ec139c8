#include "tests/support/random_history.h"

#include <algorithm>
#include <cstdlib>

namespace jobledger::tests {

using ledger::Command;
using ledger::JobId;

std::uint64_t seed_or(std::uint64_t usual) {
  const char* set = std::getenv("TEST_SEED");
  return set ? std::strtoull(set, nullptr, 10) : usual;
}

const std::vector<std::string>& RandomHistory::teams() {
  static const std::vector<std::string> names = {"blue", "red"};
  return names;
}

const std::vector<std::string>& RandomHistory::tags() {
  static const std::vector<std::string> names = {"gpu", "draft", "night", "4k"};
  return names;
}

RandomHistory::RandomHistory(std::uint64_t seed, HistoryShape shape)
    : random_(seed), shape_(shape) {
  if (one_in(3)) rules_.on_child_error = ledger::OnChildError::fail_parent_only;
  if (one_in(4)) rules_.max_jobs_per_entry = 3 + below(20);
  if (one_in(3)) rules_.output_url_template = "https://out.example/{id}.mp4";
  if (one_in(3)) rules_.max_attempts = static_cast<std::uint16_t>(1 + below(4));
  rules_.progress_step = 1 + below(20);
  rules_.idempotency_ttl_ms = one_in(2) ? 50 : 24 * 60 * 60 * 1000;
}

std::uint32_t RandomHistory::below(std::uint32_t count) {
  return static_cast<std::uint32_t>(random_() % count);
}

ledger::TimeMs RandomHistory::next_pause() {
  constexpr ledger::TimeMs kDay = 24 * 60 * 60 * 1000;
  if (shape_.time_leaps && one_in(60)) return kDay * (1 + below(30));
  return one_in(3) ? 0 : below(20);
}

ledger::Ulid RandomHistory::unknown_id() {
  return {random_() >> 1, random_()};
}

std::vector<std::string> RandomHistory::some_tags() {
  std::vector<std::string> some;
  for (const std::string& tag : tags()) {
    if (one_in(3)) some.push_back(tag);
  }
  if (some.size() > 1 && one_in(2)) std::swap(some.front(), some.back());
  return some;
}

ledger::Envelope RandomHistory::envelope() {
  ledger::Envelope envelope;
  envelope.actor.kind = ledger::ActorKind::token;
  envelope.actor.team = team_;
  envelope.actor.token = {7, 1 + below(3)};
  envelope.actor.name = "token-" + std::to_string(envelope.actor.token.low);
  envelope.actor.scopes = one_in(40) ? ledger::Scopes() : ledger::Scopes::all();
  if (one_in(8)) envelope.actor.confirm_above = 1 + below(5);
  envelope.request_id = "r" + std::to_string(below(1000));
  return envelope;
}

ledger::Submission RandomHistory::next(const Model& model) {
  if (!keyed_.empty() && one_in(25)) {
    ledger::Submission again = any(keyed_);
    if (one_in(4)) again.envelope.idempotency->fingerprint[0] ^= 1;
    return again;
  }
  team_ = any(teams());
  ledger::Submission submission;
  submission.command = command(model, submission.body);
  submission.envelope = envelope();  // after it: a report is of the team of its job
  bool cancels = std::holds_alternative<ledger::CancelJobs>(submission.command) ||
                 std::holds_alternative<ledger::CancelBatch>(submission.command) ||
                 std::holds_alternative<ledger::UndoCancel>(submission.command);
  if (cancels && one_in(2)) submission.envelope.reason = "reason " + std::to_string(below(5));
  if (one_in(6)) {
    ledger::Idempotency key;
    key.key = "key-" + std::to_string(below(1 << 20));
    key.fingerprint[0] = static_cast<std::uint8_t>(below(256));
    submission.envelope.idempotency = key;
  }
  return submission;
}

void RandomHistory::took(const ledger::Submission& submission, const Made& made) {
  if (submission.envelope.idempotency) keyed_.push_back(submission);
  if (!made.lease.is_nil()) leases_.push_back(made.lease);
}

Command RandomHistory::command(const Model& model, std::string& body) {
  std::uint32_t draw = below(100);
  if (draw < 14) return submit(body);
  if (draw < 19) return batch(body);
  if (draw < 33) return cancel(model);
  if (draw < 37) return cancel_batch(model);
  if (draw < 45) return undo(model);
  if (draw < 66) return claim(model);
  if (draw < 95) return report(model);
  if (draw < 98) return webhook(model);
  return token(model);
}

/// The body of a child lies within that of its root, as in a request.
ledger::JobSpec RandomHistory::spec(std::uint32_t depth, std::string& body) {
  ledger::JobSpec spec;
  spec.template_id = one_in(5) ? "" : "TEMPLATE" + std::to_string(below(4));
  if (one_in(3)) spec.output_url = "https://files.example/" + std::to_string(below(100));
  spec.tags = some_tags();
  spec.priority = static_cast<std::int32_t>(below(4)) - 1;
  spec.total_assets = below(9);
  spec.body_begin = body.size();
  body += "{\"job\": " + std::to_string(below(1000));
  if (depth < shape_.max_depth && one_in(2)) {
    std::uint32_t width = 1 + below(shape_.max_width);
    for (std::uint32_t i = 0; i < width; ++i) spec.children.push_back(this->spec(depth + 1, body));
  }
  body += "}";
  spec.body_length = body.size() - spec.body_begin;
  return spec;
}

Command RandomHistory::submit(std::string& body) {
  ledger::SubmitJob submit;
  submit.job = spec(1, body);
  submit.joined = one_in(5);
  // Of few names, so that some are taken.
  if (!submit.joined && one_in(6)) submit.uid = "name-" + std::to_string(below(60));
  return submit;
}

Command RandomHistory::batch(std::string& body) {
  ledger::SubmitBatch batch;
  batch.total = 1 + below(shape_.max_batch);
  for (std::uint32_t i = 0; i < batch.total; ++i) {
    if (one_in(4)) {
      batch.errors.push_back({i, "bad_template", "job " + std::to_string(i) + " has no template"});
    } else {
      batch.items.push_back({i, spec(one_in(2) ? shape_.max_depth : 1, body)});
    }
  }
  return batch;
}

/// Mostly a late one of the team, so that something is still to be done with it.
std::optional<JobId> RandomHistory::some_job(const Model& model) {
  if (model.jobs().empty()) return std::nullopt;
  for (int attempt = 0; attempt < 20; ++attempt) {
    auto count = static_cast<std::uint32_t>(model.jobs().size());
    std::uint32_t back = one_in(4) ? below(count) : below(std::min(count, 30U));
    const Model::Job& job = model.job(model.jobs()[count - 1 - back]);
    bool open = !ledger::is_final(job.status);
    if ((job.team == team_ || one_in(30)) && (open || one_in(4))) return job.id;
  }
  return std::nullopt;
}

ledger::CancelOptions RandomHistory::options(const Model& model) {
  ledger::CancelOptions options;
  options.stop_running = one_in(3);
  if (one_in(5)) {
    auto version = static_cast<std::uint32_t>(model.version());
    options.plan = version - below(std::min(version, one_in(6) ? version : 6U) + 1);
  }
  return options;
}

Command RandomHistory::cancel(const Model& model) {
  ledger::CancelJobs cancel;
  cancel.options = options(model);
  cancel.single = one_in(2);
  std::uint32_t count = cancel.single ? 1 : 1 + below(5);
  for (std::uint32_t i = 0; i < count; ++i) {
    JobId id = one_in(40) ? unknown_id() : some_job(model).value_or(unknown_id());
    if (std::find(cancel.jobs.begin(), cancel.jobs.end(), id) == cancel.jobs.end()) {
      cancel.jobs.push_back(id);
    }
  }
  if (!cancel.single && one_in(30)) cancel.impossible.push_back(kImpossible);
  return cancel;
}

Command RandomHistory::cancel_batch(const Model& model) {
  ledger::CancelBatch cancel;
  cancel.options = options(model);
  if (one_in(20)) {
    cancel.impossible = kImpossible;
  } else {
    cancel.batch = model.batches().empty() || one_in(20) ? unknown_id() : any(model.batches()).id;
  }
  return cancel;
}

/// Mostly of a late entry of the team that did something, be it to undo that or an undo.
Command RandomHistory::undo(const Model& model) {
  ledger::UndoCancel undo;
  auto version = static_cast<std::uint32_t>(model.version());
  undo.entry = below(version + 2);
  std::vector<std::uint64_t> entries = model.undoable();
  if (entries.empty() || one_in(12)) return undo;
  auto count = static_cast<std::uint32_t>(entries.size());
  undo.entry = entries[count - 1 - (one_in(5) ? below(count) : below(std::min(count, 3U)))];
  if (!one_in(20)) team_ = model.team_of(undo.entry);
  return undo;
}

Command RandomHistory::claim(const Model& model) {
  ledger::ClaimJob claim;
  if (one_in(2)) claim.tags = some_tags();
  if (one_in(3)) claim.tags.clear();
  if (one_in(15)) claim.tags.push_back("unheard");
  if (one_in(5)) claim.job = some_job(model).value_or(unknown_id());
  if (one_in(50)) {
    claim.job.reset();
    claim.impossible = kImpossible;
  }
  claim.lease_seconds = below(3) * 100;
  return claim;
}

/// Of one of the jobs being rendered, mostly under its own lease.
Command RandomHistory::report(const Model& model) {
  std::vector<const Model::Job*> rendering;
  for (JobId id : model.jobs()) {
    const Model::Job& job = model.job(id);
    if (job.lease) rendering.push_back(&job);
  }
  JobId id = some_job(model).value_or(unknown_id());
  ledger::LeaseId lease = leases_.empty() ? unknown_id() : any(leases_);
  if (!rendering.empty() && !one_in(8)) {
    const Model::Job& job = *any(rendering);
    id = job.id;
    if (!one_in(12)) lease = *job.lease;
    if (!one_in(40)) team_ = job.team;
    if (one_in(job.stopping ? 3 : 25)) return ledger::ReportStopped{id, lease};
  }
  std::uint32_t draw = below(20);
  if (draw < 8) return ledger::ReportProgress{id, lease, one_in(8) ? 100 : below(101)};
  if (draw < 15) return ledger::FinishJob{id, lease, one_in(2) ? "https://done.example/x" : ""};
  if (draw < 17) return ledger::FailJob{id, lease, one_in(4) ? "" : "the renderer stopped"};
  return ledger::ExpireLease{id, lease};
}

/// Deleted ones, and those of the other team, may be named too.
Command RandomHistory::webhook(const Model& model) {
  if (!model.webhooks().empty() && one_in(2)) {
    return ledger::DeleteWebhook{one_in(8) ? unknown_id() : any(model.webhooks()).id};
  }
  return ledger::CreateWebhook{"https://hooks.example/" + std::to_string(below(9)),
                               ledger::WebhookEvents(static_cast<std::uint16_t>(1 + below(31)))};
}

Command RandomHistory::token(const Model& model) {
  if (!model.tokens().empty() && one_in(2)) {
    return ledger::RevokeToken{one_in(8) ? unknown_id() : any(model.tokens()).id};
  }
  ledger::CreateToken create;
  create.team = any(teams());
  create.name = "token-" + std::to_string(below(9));
  create.scopes = ledger::Scopes::usual();
  for (std::uint8_t& byte : create.hash) byte = static_cast<std::uint8_t>(below(256));
  if (one_in(2)) create.expires = 1'000'000 + below(1'000'000);
  return create;
}

}  // namespace jobledger::tests
