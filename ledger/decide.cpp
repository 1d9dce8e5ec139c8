#include "ledger/decide.h"

namespace jobledger::ledger {
namespace {

/// The scopes that a command needs; of the system's own, none.
struct NeededScopes {
  Scopes operator()(const SubmitJob&) const { return one(Scope::jobs_write); }
  Scopes operator()(const SubmitBatch&) const { return one(Scope::jobs_write); }
  Scopes operator()(const CancelJobs&) const { return one(Scope::jobs_cancel); }
  Scopes operator()(const CancelBatch&) const { return one(Scope::jobs_cancel); }
  Scopes operator()(const ClaimJob&) const { return one(Scope::worker); }
  Scopes operator()(const ReportProgress&) const { return one(Scope::worker); }
  Scopes operator()(const FinishJob&) const { return one(Scope::worker); }
  Scopes operator()(const FailJob&) const { return one(Scope::worker); }
  Scopes operator()(const ExpireLease&) const { return {}; }
  Scopes operator()(const CreateToken&) const { return one(Scope::admin); }
  Scopes operator()(const RevokeToken&) const { return one(Scope::admin); }
  Scopes operator()(const ReportStopped&) const { return one(Scope::worker); }
  Scopes operator()(const UndoCancel&) const { return one(Scope::jobs_cancel); }
  Scopes operator()(const RotateKey&) const { return one(Scope::admin); }
  Scopes operator()(const RestoreLedger&) const { return one(Scope::admin); }
  Scopes operator()(const CutLedger&) const { return one(Scope::admin); }
  // What it is sent has actors and reasons in it.
  Scopes operator()(const CreateWebhook&) const {
    return one(Scope::jobs_write).with(Scope::audit_read);
  }
  Scopes operator()(const DeleteWebhook&) const { return one(Scope::jobs_write); }

  static Scopes one(Scope scope) { return Scopes().with(scope); }
};

struct Dispatch {
  const JobView& view;
  const DecideContext& context;

  Decision operator()(const SubmitJob& command) const {
    return decide_submit(view, command, context);
  }
  Decision operator()(const SubmitBatch& command) const {
    return decide_batch(view, command, context);
  }
  Decision operator()(const CancelJobs& command) const {
    return decide_cancel(view, command, context);
  }
  Decision operator()(const CancelBatch& command) const {
    return decide_cancel_batch(view, command, context);
  }
  Decision operator()(const ClaimJob& command) const {
    return decide_claim(view, command, context);
  }
  Decision operator()(const ReportProgress& command) const {
    return decide_progress(view, command, context);
  }
  Decision operator()(const FinishJob& command) const {
    return decide_finish(view, command, context);
  }
  Decision operator()(const FailJob& command) const { return decide_fail(view, command, context); }
  Decision operator()(const ExpireLease& command) const {
    return decide_expire(view, command, context);
  }
  Decision operator()(const CreateToken& command) const {
    return decide_create_token(command, context);
  }
  Decision operator()(const RevokeToken& command) const {
    return decide_revoke_token(view, command);
  }
  Decision operator()(const ReportStopped& command) const {
    return decide_stopped(view, command, context);
  }
  Decision operator()(const UndoCancel& command) const {
    return decide_undo(view, command, context);
  }
  Decision operator()(const RotateKey& command) const {
    return decide_rotate_key(command, context);
  }
  Decision operator()(const RestoreLedger& command) const {
    return decide_restore_ledger(command, context);
  }
  Decision operator()(const CutLedger& command) const {
    return decide_cut_ledger(command, context);
  }
  Decision operator()(const CreateWebhook& command) const {
    return decide_create_webhook(view, command, context);
  }
  Decision operator()(const DeleteWebhook& command) const {
    return decide_delete_webhook(view, command, context);
  }
};

}  // namespace

std::optional<Scope> missing_scope(const Command& command, const Actor& actor) {
  return actor.scopes.first_missing(std::visit(NeededScopes{}, command));
}

Decision decide(const JobView& view, const Command& command, const DecideContext& context) {
  if (auto scope = missing_scope(command, context.actor)) {
    return refuse(RefusalCode::insufficient_scope, {}, static_cast<std::uint64_t>(*scope));
  }
  return std::visit(Dispatch{view, context}, command);
}

Decision nothing() {
  Decision decision;
  decision.recorded = false;
  return decision;
}

Decision refuse(RefusalCode code, std::vector<Offender> offenders, std::uint64_t limit) {
  Decision decision;
  decision.refusal = Refusal{code, std::move(offenders), limit};
  return decision;
}

}  // namespace jobledger::ledger
