#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/ids.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// What the secrets of all webhooks are made from. It is in the ledger's store alone, and in no
/// entry, so that no secret ever is; and each secret can be told again, since it is not drawn.
struct WebhookKey {
  std::array<std::uint8_t, 32> bytes{};

  bool operator==(const WebhookKey&) const = default;
};

/// That of the ledger, which is made and kept at the first call. A Failure if its row is damaged,
/// or a new one cannot be kept.
Result<WebhookKey> webhook_key_of(Store& store);

// Secrets as the Standard Webhooks specification writes them: `whsec_` and the base64 of the 32
// bytes that sign (HMAC-SHA256, RFC 2104, of the key and what the secret is for).

/// That of a team's subscription.
std::string secret_of(const WebhookKey& key, WebhookId webhook);
/// That of the webhooks which a team's jobs bring along.
std::string job_hook_secret(const WebhookKey& key, std::string_view team);

}  // namespace jobledger::ledger
