#pragma once

#include <functional>
#include <string_view>

#include "ledger/decide.h"

namespace jobledger::ledger {

/// How many jobs the decision cancels, or asks to stop.
std::uint64_t jobs_taken(const Decision& decision);

/// The cancel as decided now, unless the plan of an earlier version no longer holds (contract,
/// part 3): if it would take, or leave, other jobs than then, or any of them has another status
/// than then, that is refused with what changed. Progress does not count, nor do jobs of which the
/// plan says nothing. What is unknown now stays a 404.
Decision confirm_plan(const CascadeView& view, std::uint64_t version, Decision now,
                      std::string_view team,
                      const std::function<Decision(const CascadeView&)>& plan);

}  // namespace jobledger::ledger
