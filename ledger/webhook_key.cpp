#include "ledger/webhook_key.h"

#include <openssl/rand.h>

#include <cstring>

#include "ledger/assert.h"
#include "ledger/base64.h"
#include "ledger/hash.h"
#include "ledger/hmac.h"
#include "ledger/keys.h"

namespace jobledger::ledger {
namespace {

std::string_view text_of(const WebhookKey& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

std::string secret(const WebhookKey& key, const std::string& purpose) {
  return "whsec_" + to_base64(bytes_of(hmac_sha256(text_of(key), purpose)));
}

}  // namespace

Result<WebhookKey> webhook_key_of(Store& store) {
  WebhookKey key;
  if (auto row = store.meta_row(keys::kWebhookKey)) {
    if (row->size() != key.bytes.size()) {
      return Failure{"the key that webhooks are signed with is damaged; restore a backup"};
    }
    std::memcpy(key.bytes.data(), row->data(), key.bytes.size());
    return key;
  }
  JL_ASSERT(RAND_priv_bytes(key.bytes.data(), static_cast<int>(key.bytes.size())) == 1);
  Status kept = store.put_meta_rows({{std::string(keys::kWebhookKey), std::string(text_of(key))}});
  if (!kept) return kept.error();
  return key;
}

std::string secret_of(const WebhookKey& key, WebhookId webhook) {
  return secret(key, "jobledger webhook " + webhook.text());
}

std::string job_hook_secret(const WebhookKey& key, std::string_view team) {
  return secret(key, "jobledger job hooks " + std::string(team));
}

}  // namespace jobledger::ledger
