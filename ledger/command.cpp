#include "ledger/command.h"

#include <algorithm>

namespace jobledger::ledger {
namespace {

constexpr std::array<std::string_view, kCommandKinds> kNames = {
    "SubmitJob",   "JoinJobs",      "SubmitBatch",    "CancelJob",     "CancelJobs",
    "CancelBatch", "ClaimJob",      "ReportProgress", "FinishJob",     "FailJob",
    "ExpireLease", "CreateToken",   "RevokeToken",    "ReportStopped", "UndoCancel",
    "RotateKey",   "RestoreLedger", "CutLedger",      "CreateWebhook", "DeleteWebhook"};

struct KindOf {
  CommandKind operator()(const SubmitJob& command) const {
    return command.joined ? CommandKind::join_jobs : CommandKind::submit_job;
  }
  CommandKind operator()(const SubmitBatch&) const { return CommandKind::submit_batch; }
  CommandKind operator()(const CancelJobs& command) const {
    return command.single ? CommandKind::cancel_job : CommandKind::cancel_jobs;
  }
  CommandKind operator()(const CancelBatch&) const { return CommandKind::cancel_batch; }
  CommandKind operator()(const ClaimJob&) const { return CommandKind::claim_job; }
  CommandKind operator()(const ReportProgress&) const { return CommandKind::report_progress; }
  CommandKind operator()(const FinishJob&) const { return CommandKind::finish_job; }
  CommandKind operator()(const FailJob&) const { return CommandKind::fail_job; }
  CommandKind operator()(const ExpireLease&) const { return CommandKind::expire_lease; }
  CommandKind operator()(const CreateToken&) const { return CommandKind::create_token; }
  CommandKind operator()(const RevokeToken&) const { return CommandKind::revoke_token; }
  CommandKind operator()(const ReportStopped&) const { return CommandKind::report_stopped; }
  CommandKind operator()(const UndoCancel&) const { return CommandKind::undo_cancel; }
  CommandKind operator()(const RotateKey&) const { return CommandKind::rotate_key; }
  CommandKind operator()(const RestoreLedger&) const { return CommandKind::restore_ledger; }
  CommandKind operator()(const CutLedger&) const { return CommandKind::cut_ledger; }
  CommandKind operator()(const CreateWebhook&) const { return CommandKind::create_webhook; }
  CommandKind operator()(const DeleteWebhook&) const { return CommandKind::delete_webhook; }
};

}  // namespace

bool is_uid(std::string_view text) {
  auto may_stand = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= kMaxUid &&
         std::all_of(text.begin(), text.end(), may_stand);
}

CommandKind kind_of(const Command& command) {
  return std::visit(KindOf{}, command);
}

std::string_view name_of(CommandKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<CommandKind> command_kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<CommandKind>(i);
  }
  return std::nullopt;
}

}  // namespace jobledger::ledger
