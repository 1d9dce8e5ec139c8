#pragma once

#include <cstdint>
#include <string>

namespace jobledger::ledger {

/// The numbers are stored.
enum class OnChildError : std::uint8_t { cancel_siblings = 0, fail_parent_only = 1 };

/// The version of the rules in `decide`. It goes up with every change that could make the same
/// command on the same state come out differently; the entry names the one that decided it.
inline constexpr std::uint16_t kRulesVersion = 1;

/// The settings that decisions depend on; each entry records them as they were.
struct Rules {
  OnChildError on_child_error = OnChildError::cancel_siblings;
  std::uint32_t max_jobs_per_entry = 100'000;
  std::uint32_t progress_step = 5;                        ///< percent
  std::uint32_t lease_seconds = 300;                      ///< of a claim that does not say
  std::int64_t idempotency_ttl_ms = 24 * 60 * 60 * 1000;  ///< how long a key is kept
  std::string output_url_template;                        ///< `{id}` stands for the job's id
  std::uint16_t max_attempts = 0;  ///< leases of a job that may end before it ends in error; 0: any

  bool operator==(const Rules&) const = default;
};

}  // namespace jobledger::ledger
