#include "ledger/decide.h"

namespace jobledger::ledger {
namespace {

/// The scope that a command needs; of the system's own, none.
struct NeededScope {
  std::optional<Scope> operator()(const SubmitJob&) const { return Scope::jobs_write; }
  std::optional<Scope> operator()(const SubmitBatch&) const { return Scope::jobs_write; }
  std::optional<Scope> operator()(const CancelJobs&) const { return Scope::jobs_cancel; }
  std::optional<Scope> operator()(const CancelBatch&) const { return Scope::jobs_cancel; }
  std::optional<Scope> operator()(const ClaimJob&) const { return Scope::worker; }
  std::optional<Scope> operator()(const ReportProgress&) const { return Scope::worker; }
  std::optional<Scope> operator()(const FinishJob&) const { return Scope::worker; }
  std::optional<Scope> operator()(const FailJob&) const { return Scope::worker; }
  std::optional<Scope> operator()(const ExpireLease&) const { return std::nullopt; }
  std::optional<Scope> operator()(const CreateToken&) const { return Scope::admin; }
  std::optional<Scope> operator()(const RevokeToken&) const { return Scope::admin; }
  std::optional<Scope> operator()(const ReportStopped&) const { return Scope::worker; }
  std::optional<Scope> operator()(const UndoCancel&) const { return Scope::jobs_cancel; }
  std::optional<Scope> operator()(const RotateKey&) const { return Scope::admin; }
  std::optional<Scope> operator()(const RestoreLedger&) const { return Scope::admin; }
  std::optional<Scope> operator()(const CutLedger&) const { return Scope::admin; }
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
};

}  // namespace

std::optional<Scope> missing_scope(const Command& command, const Actor& actor) {
  std::optional<Scope> scope = std::visit(NeededScope{}, command);
  return scope && !actor.scopes.has(*scope) ? scope : std::nullopt;
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
