#pragma once

#include <optional>
#include <vector>

#include "ledger/actor.h"
#include "ledger/command.h"
#include "ledger/entry.h"
#include "ledger/event.h"
#include "ledger/ids.h"
#include "ledger/job_view.h"
#include "ledger/refusal.h"
#include "ledger/rules.h"

namespace jobledger::ledger {

/// All that a decision may use beside the state and the command.
struct DecideContext {
  const Rules& rules;
  const Actor& actor;
  TimeMs now;
  Salt salt;              ///< of the entry to be
  std::string_view body;  ///< of the request; payloads are slices of it
  IdSource& ids;
};

/// Where the body of a new job lies in the body of the request.
struct PayloadSlice {
  JobId job;
  JobId root;  ///< the job at the top of its tree; the slice of a child lies within the root's
  std::size_t begin = 0;
  std::size_t length = 0;

  bool operator==(const PayloadSlice&) const = default;
};

/// What a command comes to: events, a refusal, or nothing at all (neither; then there is no entry).
struct Decision {
  std::vector<Event> events;
  std::optional<Refusal> refusal;
  bool recorded = true;  ///< false for a refusal that was recorded before, and for nothing
  std::vector<PayloadSlice> payloads;
  std::optional<std::uint64_t> stop_entry = std::nullopt;  ///< the one that asked for the stop
};

/// Pure: the same view, command and context (ids included) give the same decision.
Decision decide(const JobView& view, const Command& command, const DecideContext& context);

/// What a cancel would come to, without a trace: no guard of the token applies, since this is what
/// confirms it. Of a command that is no cancel: asserts.
Decision decide_plan(const CascadeView& view, const Command& command, const DecideContext& context);

// One file each: decide_submit, decide_cancel, decide_undo, decide_worker, decide_stopped,
// decide_token, decide_webhook, decide_ledger.
Decision decide_submit(const JobView& view, const SubmitJob& command, const DecideContext& context);
Decision decide_batch(const JobView& view, const SubmitBatch& command,
                      const DecideContext& context);
Decision decide_cancel(const JobView& view, const CancelJobs& command,
                       const DecideContext& context);
Decision decide_cancel_batch(const JobView& view, const CancelBatch& command,
                             const DecideContext& context);
Decision decide_undo(const JobView& view, const UndoCancel& command, const DecideContext& context);
Decision decide_claim(const JobView& view, const ClaimJob& command, const DecideContext& context);
Decision decide_progress(const JobView& view, const ReportProgress& command,
                         const DecideContext& context);
Decision decide_finish(const JobView& view, const FinishJob& command, const DecideContext& context);
Decision decide_fail(const JobView& view, const FailJob& command, const DecideContext& context);
Decision decide_expire(const JobView& view, const ExpireLease& command,
                       const DecideContext& context);
Decision decide_stopped(const JobView& view, const ReportStopped& command,
                        const DecideContext& context);
Decision decide_create_token(const CreateToken& command, const DecideContext& context);
Decision decide_rotate_key(const RotateKey& command, const DecideContext& context);
Decision decide_restore_ledger(const RestoreLedger& command, const DecideContext& context);
Decision decide_cut_ledger(const CutLedger& command, const DecideContext& context);
Decision decide_revoke_token(const JobView& view, const RevokeToken& command);
Decision decide_create_webhook(const JobView& view, const CreateWebhook& command,
                               const DecideContext& context);
Decision decide_delete_webhook(const JobView& view, const DeleteWebhook& command,
                               const DecideContext& context);

/// A scope that the command needs and the actor has not.
std::optional<Scope> missing_scope(const Command& command, const Actor& actor);

/// What an entry keeps of the command itself.
CommandRecord record_of(const Command& command, const Decision& decision);

Decision nothing();
Decision refuse(RefusalCode code, std::vector<Offender> offenders = {}, std::uint64_t limit = 0);

}  // namespace jobledger::ledger
