#include "ledger/webhook_key.h"

#include <catch2/catch.hpp>

#include "ledger/base64.h"
#include "ledger/keys.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {

using ledger::WebhookKey;

TEST_CASE("the key of a ledger is made once, and is another in another ledger", "[webhook]") {
  auto store = store_in_memory();
  auto key = ledger::webhook_key_of(*store);
  REQUIRE(key);
  CHECK_FALSE(*key == WebhookKey{});
  CHECK(*ledger::webhook_key_of(*store) == *key);
  auto other = store_in_memory();
  CHECK_FALSE(*ledger::webhook_key_of(*other) == *key);
}

TEST_CASE("a key that is damaged is no key, and no new one is made", "[webhook]") {
  auto store = store_in_memory();
  REQUIRE(store->put_meta_rows({{std::string(ledger::keys::kWebhookKey), "short"}}));
  auto key = ledger::webhook_key_of(*store);
  REQUIRE_FALSE(key);
  CHECK_THAT(key.error().message, Catch::Contains("restore a backup"));
  CHECK(store->meta_row(ledger::keys::kWebhookKey) == "short");
}

TEST_CASE("secrets are 32 bytes as the Standard Webhooks specification writes them, each its own",
          "[webhook]") {
  WebhookKey key;
  for (std::size_t i = 0; i < key.bytes.size(); ++i) key.bytes[i] = static_cast<std::uint8_t>(i);
  const ledger::WebhookId id{0x0123'4567'89ab'cdef, 0x0123'4567'89ab'cdef};
  const std::string secret = ledger::secret_of(key, id);
  // Made by another program. Receivers keep them: they are never others.
  CHECK(secret == "whsec_LOOOZJxcs343EptF/s3FXv4IhsF9sScy4booTcwKBbs=");
  CHECK(ledger::job_hook_secret(key, "acme") ==
        "whsec_/afD55LjnP4LmrXe/tH2EMFZbjXLRDN9+W/xZn+SzFU=");
  CHECK(secret != ledger::secret_of(key, {id.high, id.low + 1}));
  CHECK(ledger::job_hook_secret(key, "acme") != ledger::job_hook_secret(key, "acm"));
  REQUIRE(secret.starts_with("whsec_"));
  CHECK(ledger::from_base64(secret.substr(6))->size() == 32);
  key.bytes[0] = 1;
  CHECK(secret != ledger::secret_of(key, id));
}

}  // namespace jobledger::tests
