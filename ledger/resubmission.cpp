#include "ledger/resubmission.h"

#include <algorithm>

#include "ledger/submitted_forest.h"

namespace jobledger::ledger {
namespace {

Failure malformed(const Entry& entry, const std::string& what) {
  return {"entry " + std::to_string(entry.index) + " (" + std::string(name_of(entry.command.kind)) +
          ") " + what};
}

/// One function a kind of command; nullopt where the entry has not what its kind has.
class Recall {
 public:
  explicit Recall(const Entry& entry) : entry_(entry), record_(entry.command) {}

  std::optional<Command> command() const {
    switch (record_.kind) {
      case CommandKind::submit_job:
      case CommandKind::join_jobs:
        return submission();
      case CommandKind::submit_batch:
        return batch();
      case CommandKind::cancel_job:
      case CommandKind::cancel_jobs:
        return cancel();
      case CommandKind::cancel_batch:
        return cancel_batch();
      case CommandKind::claim_job:
        return claim();
      case CommandKind::create_token:
        return create_token();
      case CommandKind::revoke_token:
        if (!subject()) return std::nullopt;
        return RevokeToken{*subject()};
      case CommandKind::rotate_key:
        return rotate_key();
      case CommandKind::restore_ledger:
        return restore_ledger();
      case CommandKind::cut_ledger:
        return cut_ledger();
      case CommandKind::create_webhook:
        return create_webhook();
      case CommandKind::delete_webhook:
        if (!subject()) return std::nullopt;
        return DeleteWebhook{*subject()};
      case CommandKind::undo_cancel:
        if (!record_.entry) return std::nullopt;
        return UndoCancel{*record_.entry, false, {}};
      case CommandKind::report_progress:
      case CommandKind::finish_job:
      case CommandKind::fail_job:
      case CommandKind::expire_lease:
      case CommandKind::report_stopped:
        return report();
    }
    return std::nullopt;
  }

 private:
  std::optional<Ulid> subject() const {
    if (record_.subjects.empty()) return std::nullopt;
    return record_.subjects.front();
  }
  std::string impossible() const {
    return record_.impossible.empty() ? std::string() : record_.impossible.front();
  }
  /// Of an accepted command: the detail that its first event is to have.
  template <typename T>
  const T* first_detail() const {
    return entry_.events.empty() ? nullptr : entry_.events.front().as_if<T>();
  }
  CancelOptions options() const { return {record_.stop_running, record_.plan}; }

  std::optional<Command> submission() const {
    SubmitJob command;
    command.joined = record_.kind == CommandKind::join_jobs;
    command.uid = record_.text;
    if (entry_.refusal) return command;
    SubmittedForest forest(entry_);
    if (forest.roots() != std::vector<std::uint32_t>{0}) return std::nullopt;
    command.job = forest.spec(0);
    return command;
  }

  std::optional<Command> batch() const {
    SubmitBatch command;
    command.total = record_.number;
    if (entry_.refusal) {
      if (entry_.refusal->code != RefusalCode::batch_failed) return command;
      for (const Offender& offender : entry_.refusal->offenders) {
        command.errors.push_back({offender.place, offender.code, offender.note});
      }
      return command;
    }
    const auto* detail = first_detail<BatchDetail>();
    if (!detail) return std::nullopt;
    command.total = detail->total;
    command.errors = detail->errors;
    SubmittedForest forest(entry_);
    for (std::uint32_t place : forest.roots()) {
      const auto& job = entry_.events[place].as<SubmissionDetail>();
      command.items.push_back({job.batch_index, forest.spec(place)});
    }
    return command;
  }

  std::optional<Command> cancel() const {
    CancelJobs command;
    command.single = record_.kind == CommandKind::cancel_job;
    command.options = options();
    command.impossible = record_.impossible;
    command.jobs = record_.subjects;
    if (entry_.refusal) {
      place_impossible(command);
      return command;
    }
    if (record_.requested > entry_.events.size()) return std::nullopt;
    for (std::uint32_t i = 0; i < record_.requested; ++i) {
      command.jobs.push_back(entry_.events[i].subject);
    }
    return command;
  }

  /// Their places are told by the refusal, unless that was for want of a scope.
  void place_impossible(CancelJobs& command) const {
    const auto& offenders = entry_.refusal->offenders;
    for (const std::string& id : command.impossible) {
      auto at = std::find_if(offenders.begin(), offenders.end(),
                             [&](const Offender& offender) { return offender.id == id; });
      if (at != offenders.end()) command.impossible_places.push_back(at->place);
    }
  }

  std::optional<Command> cancel_batch() const {
    if (!subject() && record_.impossible.empty()) return std::nullopt;
    return CancelBatch{subject().value_or(Ulid{}), impossible(), options()};
  }

  std::optional<Command> claim() const {
    ClaimJob command;
    command.tags = record_.tags;
    command.job = subject();
    command.impossible = impossible();
    command.lease_seconds = record_.number;
    return command;
  }

  std::optional<Command> create_token() const {
    if (entry_.refusal) {
      CreateToken command;
      std::size_t slash = record_.text.find('/');
      if (slash == std::string::npos) return std::nullopt;
      command.team = record_.text.substr(0, slash);
      command.name = record_.text.substr(slash + 1);
      command.scopes = Scopes(static_cast<std::uint16_t>(record_.number));
      return command;
    }
    const auto* token = first_detail<TokenDetail>();
    if (!token) return std::nullopt;
    return CreateToken{token->team, token->name,    token->scopes,
                       token->hash, token->expires, token->confirm_above};
  }

  std::optional<Command> rotate_key() const {
    if (entry_.refusal) return RotateKey{{}, record_.text};
    const auto* key = first_detail<KeyDetail>();
    if (!key) return std::nullopt;
    return RotateKey{key->before, key->after};
  }

  std::optional<Command> restore_ledger() const {
    if (entry_.refusal) return RestoreLedger{{record_.text, 0, "", 0, {}}};
    const auto* from = first_detail<Restoration>();
    if (!from) return std::nullopt;
    return RestoreLedger{*from};
  }

  std::optional<Command> cut_ledger() const {
    if (entry_.refusal) return CutLedger{{0, {}, 0, 0, record_.text, ""}};
    const auto* cut = first_detail<Cut>();
    if (!cut) return std::nullopt;
    return CutLedger{*cut};
  }

  std::optional<Command> create_webhook() const {
    if (entry_.refusal) {
      return CreateWebhook{record_.text, WebhookEvents(static_cast<std::uint16_t>(record_.number))};
    }
    const auto* webhook = first_detail<WebhookDetail>();
    if (!webhook) return std::nullopt;
    return CreateWebhook{webhook->url, webhook->events};
  }

  std::optional<Command> report() const {
    if (!subject()) return std::nullopt;
    JobId job = *subject();
    const auto* end = first_detail<EndDetail>();
    switch (record_.kind) {
      case CommandKind::report_progress:
        return ReportProgress{job, record_.lease, record_.number};
      case CommandKind::expire_lease:
        return ExpireLease{job, record_.lease};
      case CommandKind::report_stopped:
        return ReportStopped{job, record_.lease};
      case CommandKind::finish_job:
        if (entry_.accepted() && !end) return std::nullopt;
        if (end) return FinishJob{job, record_.lease, end->output_url, record_.text};
        return FinishJob{job, record_.lease, record_.text};
      default:
        if (entry_.accepted() && !end) return std::nullopt;
        if (end) return FailJob{job, record_.lease, end->error, record_.text};
        return FailJob{job, record_.lease, record_.text};
    }
  }

  const Entry& entry_;
  const CommandRecord& record_;
};

Status add_bodies(const Entry& entry, const Store& store, Submission& submission) {
  if (entry.refusal) return ok();
  SubmittedForest forest(entry);
  if (auto* one = std::get_if<SubmitJob>(&submission.command)) {
    return forest.place_bodies(one->job, 0, store, submission.body);
  }
  if (auto* batch = std::get_if<SubmitBatch>(&submission.command)) {
    for (std::size_t i = 0; i < batch->items.size(); ++i) {
      Status placed =
          forest.place_bodies(batch->items[i].job, forest.roots()[i], store, submission.body);
      if (!placed) return placed;
    }
  }
  return ok();
}

}  // namespace

Result<Command> command_of(const Entry& entry) {
  std::optional<Command> command = Recall(entry).command();
  if (!command) return malformed(entry, "does not have what such a command leaves");
  return *std::move(command);
}

Result<Submission> resubmission_of(const Entry& entry, const Store& store) {
  Result<Command> command = command_of(entry);
  if (!command) return command.error();
  Submission submission{entry.envelope, std::move(*command), {}};
  Status added = add_bodies(entry, store, submission);
  if (!added) return added.error();
  return submission;
}

}  // namespace jobledger::ledger
