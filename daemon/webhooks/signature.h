#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/webhooks/delivery.h"
#include "ledger/entry.h"

namespace jobledger::daemon::webhooks {

/// The `webhook-id` of a delivery: the same at each attempt, and nothing can be read from it. The
/// salt of the entry makes it that of one history: after a restore another entry may stand there.
std::string message_id(const ledger::Salt& salt, std::uint64_t entry, std::uint32_t place,
                       std::string_view event, const Receiver& receiver);

/// The `webhook-signature` of Standard Webhooks 1.0.0, symmetric: `v1,` and the base64 of the
/// HMAC-SHA256 of `ID.TIMESTAMP.BODY`. `secret` is base64, with or without `whsec_` before it.
std::string signature_of(std::string_view secret, std::string_view message,
                         std::int64_t unix_seconds, std::string_view body);

}  // namespace jobledger::daemon::webhooks
