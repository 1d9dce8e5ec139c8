#pragma once

#include <vector>

#include "daemon/json/writer.h"
#include "daemon/webhooks/delivery_list.h"
#include "ledger/codec.h"

namespace jobledger::daemon::render {

/// The members of a delivery, with those of the entry that it is about.
void delivery_members(json::Writer& out, const webhooks::Delivery& delivery,
                      const ledger::EntryHead& head);
/// The member `attempts`.
void attempts(json::Writer& out, const std::vector<webhooks::ListedAttempt>& attempts);

}  // namespace jobledger::daemon::render
