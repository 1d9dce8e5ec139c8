#include "tests/ledger/samples.h"

// The golden files were made of these. A sample of a kind that has its file may only gain values
// for fields that are new since, and then only the defaults that an old file reads as.

namespace jobledger::tests {

using namespace ledger;

namespace {

Ulid id(std::uint64_t number) {
  return {0x019b'7654'3210'0000 + number, 0x0123'4567'89ab'0000 + number};
}

Sha256 hash(std::uint8_t first) {
  Sha256 hash;
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(first + i);
  return hash;
}

Entry entry(std::uint64_t index, CommandKind kind) {
  Entry entry;
  entry.index = index;
  entry.time = 1'767'225'600'123;
  for (std::size_t i = 0; i < entry.salt.size(); ++i) {
    entry.salt[i] = static_cast<std::uint8_t>(0xa0 + i);
  }
  entry.rules_version = 1;
  entry.rules = {OnChildError::fail_parent_only, 99'999, 7, 301, 86'400'001, "https://out/{id}"};
  entry.envelope.actor = {ActorKind::token,  "acme",      id(1),        "render-farm",
                          "ann@example.org", "192.0.2.7", "client/1.0", Scopes(0x35)};
  entry.envelope.request_id = "request-1";
  entry.envelope.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  entry.envelope.reason = "the customer left \xe2\x80\x93 for good";
  entry.envelope.idempotency = Idempotency{"key-1", hash(0x10), 1'767'312'000'123};
  entry.command.kind = kind;
  return entry;
}

Event job_event(EventKind kind, JobStatus before, JobStatus after, JobNumber number) {
  Event event;
  event.kind = kind;
  event.before = before;
  event.after = after;
  event.number = number;
  event.subject = id(100 + number);
  return event;
}

Event caused(Event event, Cause cause, std::uint32_t via) {
  event.cause = cause;
  event.via = via;
  return event;
}

Event with(Event event, Detail detail) {
  event.detail = std::make_shared<const Detail>(std::move(detail));
  return event;
}

Event submitted(JobStatus after, JobNumber number, SubmissionDetail detail) {
  return with(job_event(EventKind::job_submitted, JobStatus::none, after, number),
              std::move(detail));
}

Sample job_submitted() {
  Entry made = entry(1, CommandKind::submit_job);
  made.events = {
      submitted(JobStatus::pending, 40,
                {"01HZTEMPLATE0000000000000A",
                 "s3://bucket/out.mp4",
                 {"red", "blue"},
                 -5,
                 3,
                 hash(0x20),
                 std::nullopt,
                 0}),
      submitted(JobStatus::queued, 41,
                {"01HZTEMPLATE0000000000000B", "", {}, 9, 0, hash(0x30), std::nullopt, 0})};
  made.events[1].via = 0;
  return {"JobSubmitted", std::move(made)};
}

Sample batch_submitted() {
  Entry made = entry(2, CommandKind::submit_batch);
  made.command.number = 3;
  Event batch;
  batch.kind = EventKind::batch_submitted;
  batch.subject = id(50);
  made.events = {
      with(batch, BatchDetail{3, {{0, "invalid_job", "jobs[0].template.id is missing"}}}),
      submitted(JobStatus::queued, 42,
                {"01HZTEMPLATE0000000000000A", "u", {"red"}, 0, 1, hash(0x40), id(50), 1}),
      submitted(JobStatus::queued, 43,
                {"01HZTEMPLATE0000000000000A", "u", {}, 0, 1, hash(0x41), id(50), 2})};
  return {"BatchSubmitted", std::move(made)};
}

Sample job_cancelled() {
  Entry made = entry(3, CommandKind::cancel_jobs);
  made.command.requested = 1;
  auto cancelled = [](JobStatus before, JobNumber number, Cause cause, std::uint32_t via) {
    return caused(
        job_event(EventKind::job_cancelled, before, JobStatus::manually_cancelled, number), cause,
        via);
  };
  made.events = {cancelled(JobStatus::queued, 41, Cause::requested, kNoPlace),
                 cancelled(JobStatus::pending, 40, Cause::child, 0),
                 cancelled(JobStatus::queued, 42, Cause::sibling, 0),
                 cancelled(JobStatus::queued, 43, Cause::parent, 1)};
  return {"JobCancelled", std::move(made)};
}

Sample cancel_skipped() {
  Entry made = entry(4, CommandKind::cancel_batch);
  made.command.subjects = {id(50)};
  made.events = {
      caused(job_event(EventKind::cancel_skipped, JobStatus::rendering, JobStatus::rendering, 42),
             Cause::batch, kNoPlace)};
  return {"CancelSkipped", std::move(made)};
}

Sample job_claimed() {
  Entry made = entry(5, CommandKind::claim_job);
  made.command.tags = {"red", "blue"};
  made.command.number = 60;
  made.events = {
      with(job_event(EventKind::job_claimed, JobStatus::queued, JobStatus::rendering, 42),
           ClaimDetail{id(70), 60})};
  return {"JobClaimed", std::move(made)};
}

Entry report(std::uint64_t index, CommandKind kind, JobNumber job) {
  Entry made = entry(index, kind);
  made.command.subjects = {id(100 + job)};
  made.command.lease = id(70);
  return made;
}

Sample job_progressed() {
  Entry made = report(6, CommandKind::report_progress, 42);
  made.command.number = 55;
  made.events = {
      with(job_event(EventKind::job_progressed, JobStatus::rendering, JobStatus::rendering, 42),
           ProgressDetail{55, {40, 5}})};
  return {"JobProgressed", std::move(made)};
}

Event ended(EventKind kind, JobStatus after, JobNumber number, EndDetail detail) {
  return with(job_event(kind, JobStatus::rendering, after, number), std::move(detail));
}

Sample job_finished() {
  Entry made = report(7, CommandKind::finish_job, 42);
  made.events = {ended(EventKind::job_finished, JobStatus::finished, 42,
                       {"s3://bucket/made.mp4", "", ProgressLink{55, 6}})};
  return {"JobFinished", std::move(made)};
}

Sample job_failed() {
  Entry made = report(8, CommandKind::fail_job, 41);
  made.events = {
      ended(EventKind::job_failed, JobStatus::error, 41,
            {"", "no such layer", ProgressLink{10, 5}}),
      with(caused(job_event(EventKind::job_failed, JobStatus::pending, JobStatus::error, 40),
                  Cause::child_failed, 0),
           EndDetail{"", "child failed: no such layer", std::nullopt})};
  return {"JobFailed", std::move(made)};
}

Sample job_unblocked() {
  Entry made = report(9, CommandKind::finish_job, 41);
  made.events = {
      ended(EventKind::job_finished, JobStatus::finished, 41, {"", "", ProgressLink{0, 5}}),
      caused(job_event(EventKind::job_unblocked, JobStatus::pending, JobStatus::queued, 40),
             Cause::child_finished, 0)};
  return {"JobUnblocked", std::move(made)};
}

Sample job_requeued() {
  Entry made = report(10, CommandKind::expire_lease, 42);
  made.envelope.actor = {ActorKind::system, "acme", {}, "leases", "", "", "", Scopes(0)};
  made.envelope.idempotency.reset();
  made.events = {
      caused(ended(EventKind::job_requeued, JobStatus::queued, 42, {"", "", ProgressLink{55, 6}}),
             Cause::lease_ended, kNoPlace)};
  return {"JobRequeued", std::move(made)};
}

Event token_event(EventKind kind) {
  Event event;
  event.kind = kind;
  event.subject = id(90);
  return event;
}

Sample token_created() {
  Entry made = entry(11, CommandKind::create_token);
  made.envelope.actor = {ActorKind::operator_, "", {}, "root", "", "", "", Scopes(0x7f)};
  made.events = {with(token_event(EventKind::token_created),
                      TokenDetail{"acme", "farm", Scopes(0x0f), hash(0x50), 1'800'000'000'000})};
  return {"TokenCreated", std::move(made)};
}

Sample token_revoked() {
  Entry made = entry(12, CommandKind::revoke_token);
  made.command.subjects = {id(90)};
  made.events = {token_event(EventKind::token_revoked)};
  return {"TokenRevoked", std::move(made)};
}

Sample key_rotated() {
  Entry made = entry(13, CommandKind::rotate_key);
  made.events = {with(
      token_event(EventKind::key_rotated),
      ledger::KeyDetail{"example.com/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                        "example.com/log+0badcafe+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l"})};
  return {"KeyRotated", std::move(made)};
}

Sample ledger_restored() {
  Entry made = entry(14, CommandKind::restore_ledger);
  made.envelope.actor = {ActorKind::operator_, "", {}, "root", "", "", "", Scopes(0x7f)};
  made.events = {with(token_event(EventKind::ledger_restored),
                      ledger::Restoration{"000012", 1'767'139'200'456,
                                          "jobledger/01KDVH1T800004HMASW9NF6QZ9", 14, hash(0x60)})};
  return {"LedgerRestored", std::move(made)};
}

Sample ledger_cut() {
  Entry made = entry(15, CommandKind::cut_ledger);
  made.envelope.actor = {ActorKind::operator_, "", {}, "root", "", "", "", Scopes(0x7f)};
  made.events = {with(token_event(EventKind::ledger_cut),
                      ledger::Cut{15, hash(0x70), 3, 4'567, "entry 15 does not hash to its leaf",
                                  "/var/lib/jobledger/aside-1"})};
  return {"LedgerCut", std::move(made)};
}

Sample webhook(EventKind kind) {
  bool made = kind == EventKind::webhook_created;
  Entry of =
      entry(made ? 16 : 17, made ? CommandKind::create_webhook : CommandKind::delete_webhook);
  if (!made) of.command.subjects = {id(90)};
  of.events = {with(token_event(kind), ledger::WebhookDetail{"https://hooks.example/a?b=c",
                                                             {WebhookEvent::job_cancelled,
                                                              WebhookEvent::batch_finished}})};
  return {std::string(name_of(kind)), std::move(of)};
}

Sample refused(CommandKind kind, RefusalCode code, std::vector<Offender> offenders,
               std::uint64_t limit = 0) {
  Entry made = entry(100 + static_cast<std::uint8_t>(kind), kind);
  made.refusal = Refusal{code, std::move(offenders), limit};
  return {"refused-" + std::string(name_of(kind)), std::move(made)};
}

Sample uid_refused() {
  Sample sample = refused(CommandKind::submit_job, RefusalCode::uid_taken,
                          {{"intro-17", JobStatus::queued, 33, ledger::kNotInList, ""}});
  sample.entry.command.text = "intro-17";
  sample.name = "refused-SubmitJob-uid";
  return sample;
}

Sample about(Sample sample, std::vector<Ulid> subjects) {
  sample.entry.command.subjects = std::move(subjects);
  return sample;
}

Sample stop_requested() {
  Entry made = entry(13, CommandKind::cancel_jobs);
  made.command.requested = 1;
  made.command.stop_running = true;
  made.command.plan = 12;
  made.envelope.actor.confirm_above = 500;
  made.events = {
      caused(job_event(EventKind::stop_requested, JobStatus::rendering, JobStatus::rendering, 42),
             Cause::requested, kNoPlace)};
  return {"StopRequested", std::move(made)};
}

Sample stop_withdrawn() {
  Entry made = entry(14, CommandKind::undo_cancel);
  made.command.entry = 13;
  made.events = {
      caused(job_event(EventKind::stop_withdrawn, JobStatus::rendering, JobStatus::rendering, 42),
             Cause::undo, kNoPlace)};
  return {"StopWithdrawn", std::move(made)};
}

Sample job_reinstated() {
  Entry made = entry(15, CommandKind::undo_cancel);
  made.rules.max_attempts = 9;
  made.command.entry = 0;
  made.events = {caused(
      job_event(EventKind::job_reinstated, JobStatus::manually_cancelled, JobStatus::pending, 40),
      Cause::undo, kNoPlace)};
  return {"JobReinstated", std::move(made)};
}

Sample late(CommandKind kind, RefusalCode code, JobStatus status) {
  Sample sample = about(refused(kind, code, {{id(142).text(), status, 33, 0, ""}}), {id(142)});
  sample.entry.command.lease = id(70);
  return sample;
}

Sample undo_refused(const std::string& name, RefusalCode code, JobStatus status) {
  Sample sample = refused(CommandKind::undo_cancel, code, {{id(142).text(), status, 33, 0, ""}});
  sample.entry.command.entry = 3;
  sample.name = "refused-" + name;
  return sample;
}

Sample plan_refused(const std::string& name, RefusalCode code, std::uint64_t limit) {
  Sample sample = about(refused(CommandKind::cancel_jobs, code, {}, limit), {id(142)});
  sample.entry.command.requested = 1;
  sample.entry.command.plan = 12;
  sample.name = "refused-" + name;
  return sample;
}

}  // namespace

std::vector<Sample> samples_of_events() {
  return {job_submitted(),
          batch_submitted(),
          job_cancelled(),
          cancel_skipped(),
          job_claimed(),
          job_progressed(),
          job_finished(),
          job_failed(),
          job_unblocked(),
          job_requeued(),
          token_created(),
          token_revoked(),
          stop_requested(),
          stop_withdrawn(),
          job_reinstated(),
          key_rotated(),
          ledger_restored(),
          ledger_cut(),
          webhook(EventKind::webhook_created),
          webhook(EventKind::webhook_deleted)};
}

std::vector<Sample> samples_of_refusals() {
  const auto scope = static_cast<std::uint64_t>(Scope::jobs_write);
  const std::string impossible = "Z1HZ0000000000000000000000";
  std::vector<Sample> made = {
      refused(CommandKind::submit_job, RefusalCode::insufficient_scope, {}, scope),
      refused(CommandKind::join_jobs, RefusalCode::too_many_jobs, {}, 99'999),
      refused(CommandKind::submit_batch, RefusalCode::batch_failed,
              {{id(51).text(), JobStatus::none, std::nullopt, 0, "template.id is missing"},
               {id(51).text(), JobStatus::none, std::nullopt, 1, "tags is no list"}}),
      about(refused(CommandKind::cancel_job, RefusalCode::not_cancellable,
                    {{id(142).text(), JobStatus::finished, 7, 0, ""}}),
            {id(142)}),
      about(refused(CommandKind::cancel_jobs, RefusalCode::job_not_found,
                    {{impossible, JobStatus::none, std::nullopt, 1, ""},
                     {id(199).text(), JobStatus::none, std::nullopt, 2, ""}}),
            {id(142), id(199)}),
      about(refused(CommandKind::cancel_batch, RefusalCode::batch_not_found,
                    {{id(59).text(), JobStatus::none, std::nullopt, 0, ""}}),
            {id(59)}),
      about(refused(CommandKind::claim_job, RefusalCode::not_queued,
                    {{id(142).text(), JobStatus::rendering, 5, 0, ""}}),
            {id(142)}),
      late(CommandKind::report_progress, RefusalCode::stale_lease, JobStatus::queued),
      late(CommandKind::finish_job, RefusalCode::job_final, JobStatus::manually_cancelled),
      late(CommandKind::fail_job, RefusalCode::job_final, JobStatus::error),
      late(CommandKind::expire_lease, RefusalCode::stale_lease, JobStatus::rendering),
      refused(CommandKind::create_token, RefusalCode::key_reused, {}),
      about(refused(CommandKind::revoke_token, RefusalCode::token_not_found,
                    {{id(99).text(), JobStatus::none, std::nullopt, 0, ""}}),
            {id(99)}),
      late(CommandKind::report_stopped, RefusalCode::no_stop_requested, JobStatus::rendering),
      undo_refused("UndoCancel", RefusalCode::moved_on, JobStatus::finished),
      undo_refused("UndoCancel-unknown", RefusalCode::cancellation_not_found, JobStatus::none),
      undo_refused("UndoCancel-nothing", RefusalCode::nothing_to_undo, JobStatus::none),
      undo_refused("UndoCancel-unresolvable", RefusalCode::unresolvable, JobStatus::error),
      plan_refused("CancelJobs-plan", RefusalCode::plan_changed, 12),
      plan_refused("CancelJobs-guard", RefusalCode::confirmation_required, 500),
      refused(CommandKind::rotate_key, RefusalCode::insufficient_scope, {}, scope),
      refused(CommandKind::restore_ledger, RefusalCode::insufficient_scope, {}, scope),
      refused(CommandKind::cut_ledger, RefusalCode::insufficient_scope, {}, scope),
      uid_refused(),
      refused(CommandKind::create_webhook, RefusalCode::too_many_webhooks, {}, 100),
      about(refused(CommandKind::delete_webhook, RefusalCode::webhook_not_found,
                    {{id(99).text(), JobStatus::none, std::nullopt, ledger::kNotInList, ""}}),
            {id(99)})};
  made[24].entry.command.text = "https://hooks.example/a?b=c";
  made[24].entry.command.number = 12;
  made[20].entry.command.text = "example.com/log+0badcafe+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaAA";
  made[21].entry.command.text = "000012";
  made[22].entry.command.text = "entry 15 does not hash to its leaf";
  made[4].entry.command.requested = 2;
  made[4].entry.command.impossible = {impossible};
  made[7].entry.command.number = 80;
  made[8].entry.command.text = "s3://bucket/late.mp4";
  made[9].entry.command.text = "too late";
  return made;
}

std::vector<Sample> samples() {
  std::vector<Sample> all = samples_of_events();
  for (Sample& sample : samples_of_refusals()) all.push_back(std::move(sample));
  for (Sample& sample : all) {
    EventKind first_new = EventKind::stop_requested;
    bool new_event = !sample.entry.events.empty() && sample.entry.events[0].kind >= first_new;
    bool new_refusal = sample.entry.refusal &&
                       (sample.entry.refusal->code >= RefusalCode::cancellation_not_found ||
                        sample.entry.command.kind >= CommandKind::rotate_key);
    sample.without_more = !new_event && !new_refusal;
  }
  return all;
}

}  // namespace jobledger::tests
