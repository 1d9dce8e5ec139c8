#include "ledger/refusal.h"

#include <array>

namespace jobledger::ledger {
namespace {

constexpr std::array<std::string_view, kRefusalCodes> kNames = {"insufficient_scope",
                                                                "job_not_found",
                                                                "batch_not_found",
                                                                "token_not_found",
                                                                "not_cancellable",
                                                                "not_queued",
                                                                "stale_lease",
                                                                "job_final",
                                                                "too_many_jobs",
                                                                "idempotency_key_reused",
                                                                "batch_failed",
                                                                "cancellation_not_found",
                                                                "nothing_to_undo",
                                                                "moved_on",
                                                                "unresolvable",
                                                                "plan_changed",
                                                                "confirmation_required",
                                                                "no_stop_requested",
                                                                "uid_taken",
                                                                "webhook_not_found",
                                                                "too_many_webhooks"};

std::string first_id(const Refusal& refusal) {
  return refusal.offenders.empty() ? std::string() : refusal.offenders.front().id;
}

std::string first_status(const Refusal& refusal) {
  return refusal.offenders.empty() ? std::string()
                                   : std::string(name_of(refusal.offenders.front().status));
}

std::string and_others(const Refusal& refusal) {
  std::size_t more = refusal.offenders.size() > 1 ? refusal.offenders.size() - 1 : 0;
  return more == 0 ? "" : " (and " + std::to_string(more) + " more, see details)";
}

}  // namespace

std::string_view name_of(RefusalCode code) {
  return kNames[static_cast<std::size_t>(code)];
}

std::string describe(const Refusal& refusal) {
  std::string id = first_id(refusal);
  switch (refusal.code) {
    case RefusalCode::insufficient_scope:
      return "this token lacks the scope " +
             std::string(name_of(static_cast<Scope>(refusal.limit))) + "; use a token that has it";
    case RefusalCode::job_not_found:
      return "no job " + id + and_others(refusal) + "; check the id and the team of the token";
    case RefusalCode::batch_not_found:
      return "no batch " + id + "; check the id and the team of the token";
    case RefusalCode::token_not_found:
      return "no token " + id + "; see the list of tokens";
    case RefusalCode::not_cancellable:
      return "job " + id + " is " + first_status(refusal) + and_others(refusal) +
             "; only queued and pending jobs can be cancelled";
    case RefusalCode::not_queued:
      return "job " + id + " is " + first_status(refusal) + "; only a queued job can be claimed";
    case RefusalCode::stale_lease:
      return "job " + id + " is not held under this lease; stop working on it and claim another";
    case RefusalCode::job_final:
      return "job " + id + " is already " + first_status(refusal) +
             "; stop working on it and claim another";
    case RefusalCode::too_many_jobs:
      return "more than " + std::to_string(refusal.limit) +
             " jobs would change in one entry; ask for it in smaller parts, or raise "
             "limits.jobs_per_entry";
    case RefusalCode::key_reused:
      return "this Idempotency-Key was used for another request; use a new key for a new request";
    case RefusalCode::batch_failed:
      return "no job of the batch could be created; see errors";
    case RefusalCode::cancellation_not_found:
      return "no cancellation " + id + "; see GET /ledger/v1/cancellations";
    case RefusalCode::nothing_to_undo:
      return "entry " + id + " cancelled nothing; there is nothing to undo";
    case RefusalCode::moved_on:
      return "job " + id + " is " + first_status(refusal) + " since" + and_others(refusal) +
             "; a cascade is undone as a whole or not at all";
    case RefusalCode::unresolvable:
      return "job " + id + " is " + first_status(refusal) + and_others(refusal) +
             "; its parent would wait for it for ever";
    case RefusalCode::plan_changed:
      return "the plan of version " + std::to_string(refusal.limit) +
             " no longer holds; see details, ask for the plan again with dryRun=true and repeat "
             "with its ETag";
    case RefusalCode::confirmation_required:
      return "this token may cancel at most " + std::to_string(refusal.limit) +
             " jobs in one call without confirmation; ask for the plan with dryRun=true and repeat "
             "with its ETag as If-Match";
    case RefusalCode::no_stop_requested:
      return "nobody asked job " + id + " to stop; go on, or report finish or fail";
    case RefusalCode::uid_taken:
      return "there is a job " + id + " already, and it is " + first_status(refusal) +
             "; use another uid, or none";
    case RefusalCode::webhook_not_found:
      return "no webhook " + id + "; see GET /ledger/v1/webhooks";
    case RefusalCode::too_many_webhooks:
      return "the team has " + std::to_string(refusal.limit) +
             " webhooks, which is as many as it may; delete one, or let one be told of more events";
  }
  return "refused";
}

}  // namespace jobledger::ledger
