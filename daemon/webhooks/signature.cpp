#include "daemon/webhooks/signature.h"

#include "ledger/assert.h"
#include "ledger/base64.h"
#include "ledger/hash.h"
#include "ledger/hmac.h"
#include "ledger/keys.h"

namespace jobledger::daemon::webhooks {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::size_t kMessageBytes = 16;

std::string key_of(std::string_view secret) {
  if (secret.starts_with(kSecretPrefix)) secret.remove_prefix(kSecretPrefix.size());
  auto key = ledger::from_base64(secret);
  JL_ASSERT(key);
  return *std::move(key);
}

}  // namespace

std::string message_id(const ledger::Salt& salt, std::uint64_t entry, std::uint32_t place,
                       std::string_view event, const Receiver& receiver) {
  std::string numbers;
  ledger::keys::append_number(numbers, entry);
  ledger::keys::append_number(numbers, place);
  std::string_view random(reinterpret_cast<const char*>(salt.data()), salt.size());
  ledger::Sha256 hash =
      ledger::sha256({random, numbers, event, "\n", receiver.team, "\n", receiver.name});
  return "msg_" + ledger::to_hex(ledger::bytes_of(hash).substr(0, kMessageBytes));
}

std::string signature_of(std::string_view secret, std::string_view message,
                         std::int64_t unix_seconds, std::string_view body) {
  std::string content(message);
  content += '.' + std::to_string(unix_seconds) + '.';
  content += body;
  const ledger::Sha256 mac = ledger::hmac_sha256(key_of(secret), content);
  return "v1," + ledger::to_base64(ledger::bytes_of(mac));
}

}  // namespace jobledger::daemon::webhooks
