#pragma once

#include <string_view>

#include "ledger/event.h"

namespace jobledger::daemon::render {

/// The rule by which the event came about, as a clause without a full stop.
std::string_view rule_in_words(const ledger::Event& event);

}  // namespace jobledger::daemon::render
