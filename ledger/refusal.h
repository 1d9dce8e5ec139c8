#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/actor.h"
#include "ledger/status.h"

namespace jobledger::ledger {

/// Why a command was not carried out. The numbers are stored: never change one, only add.
enum class RefusalCode : std::uint8_t {
  insufficient_scope = 0,
  job_not_found = 1,
  batch_not_found = 2,
  token_not_found = 3,
  not_cancellable = 4,
  not_queued = 5,     ///< the job named in a claim
  stale_lease = 6,    ///< the job is not held under this lease (any more)
  job_final = 7,      ///< a report on a job that has ended
  too_many_jobs = 8,  ///< for one entry
  key_reused = 9,     ///< an idempotency key with another content
  batch_failed = 10,  ///< no job of the batch could be created
  cancellation_not_found = 11,
  nothing_to_undo = 12,
  moved_on = 13,      ///< a job of the cascade has another status since
  unresolvable = 14,  ///< a child that has ended since would leave its parent waiting for ever
  plan_changed = 15,
  confirmation_required = 16,  ///< more jobs than the token may cancel without confirming the plan
  no_stop_requested = 17,
  uid_taken = 18,  ///< a job of the team has that name already
  webhook_not_found = 19,
  too_many_webhooks = 20,  ///< of the team
};
inline constexpr std::uint8_t kRefusalCodes = 21;

/// Not one of a list.
inline constexpr std::uint32_t kNotInList = 0xffff'ffff;

/// One job, or whatever else was named, that a refusal is about.
struct Offender {
  std::string id;                      ///< as text: it may be one that cannot exist
  JobStatus status = JobStatus::none;  ///< what it was then; none if unknown
  std::optional<std::uint64_t> entry;  ///< the entry that gave it this status
  std::uint32_t place = kNotInList;    ///< in the request's list
  std::string note;                    ///< what was wrong with it, if it never became a job
  std::string code{};                  ///< of that, as machines read it

  bool operator==(const Offender&) const = default;
};

struct Refusal {
  RefusalCode code = RefusalCode::insufficient_scope;
  std::vector<Offender> offenders;
  std::uint64_t limit = 0;  ///< the scope that was missing, or the limit that was passed

  bool operator==(const Refusal&) const = default;
};

/// The stable, machine-readable code: `not_cancellable`, …
std::string_view name_of(RefusalCode code);

/// What went wrong and what to do about it, as one sentence.
std::string describe(const Refusal& refusal);

}  // namespace jobledger::ledger
