#pragma once

#include <cstdint>
#include <optional>

#include "daemon/webhooks/delivery.h"

namespace jobledger::daemon::webhooks {

struct Retries {
  std::uint32_t max_attempts = 10;
  std::uint32_t first_seconds = 5;
  std::uint32_t max_seconds = 86'400;
};

/// How long after its attempt number `tries` (from 1) something is sent again: four times as long
/// each time, and between half of that and one and a half, as `chance` in [0, 1) says, but no
/// longer than the longest.
ledger::TimeMs pause_after(const Retries& retries, std::uint32_t tries, double chance);

/// What an attempt comes to.
struct Verdict {
  DeliveryState state = DeliveryState::due;
  ledger::TimeMs next_at = 0;  ///< if it is still due

  bool operator==(const Verdict&) const = default;
};

struct Outcome {
  Attempt attempt;
  bool refused = false;  ///< it may not be sent there, and no other attempt would change that
  std::optional<std::int64_t> retry_after;  ///< seconds that the answer asked to wait
};

/// The verdict on attempt number `tries` that ended at `now`. An answer of 2xx is a success; 410
/// and what was refused are the end; 429 and 503 are left alone for as long as they ask.
Verdict judge(const Retries& retries, std::uint32_t tries, const Outcome& outcome,
              ledger::TimeMs now, double chance);

}  // namespace jobledger::daemon::webhooks
